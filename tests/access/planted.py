"""The rows that the trials meet: so many of each organization that a count of rows says whose they are.

Of each table organization 1 has one row and organization 2 has two: a statement that touches 1, 2 or 3 rows has reached
the first, the second or both, whatever columns it may name. Further groups of rows have 4 and 8.
"""

from __future__ import annotations

from localdb.sample import organization_id
from tests.access.people import ORGANIZATIONS, planted_id
from tests.access.storage import BUCKETS
from tests.support.sessions import Connection

SECRET = "planted-secret"
"""Part of every planted secret; nobody but the services may ever see it."""
WORD = "mulberry"
"""In every planted document, for the search."""
PROBES = "probes"
"""A schema in which every role may make tables, as none may in the system's own."""

_CLEAR = (
    "truncate public.connector_configs, public.jobs, public.recordings cascade",
    "truncate public.file_upload_batches, public.connector_actions, private.queue_turns",
    "delete from public.organizations where not id = any(%(organizations)s)",
    "set local storage.allow_delete_query = 'true'",
    "delete from storage.objects",
    f"create schema {PROBES}",
    f"grant usage, create on schema {PROBES} to anon, authenticated, service_role",
)
_PLANT = (
    (
        "insert into public.connector_configs"
        " (id, org_id, connector_type, name, credentials, webhook_secret, sync_frequency, next_sync_at) values"
        f" (%(connector)s, %(org)s, 'zoom', 'A', '{{\"token\": \"{SECRET}\"}}', '{SECRET}', 'daily', now())"
    ),
    "insert into public.connector_sync_logs (org_id, connector_id, status) values (%(org)s, %(connector)s, 'success')",
    (
        "insert into public.connector_webhook_events (org_id, connector_id, event_type, payload)"
        " values (%(org)s, %(connector)s, 'changed', '{}')"
    ),
    "insert into private.webhook_rate_counters (connector_id) values (%(connector)s)",
    "insert into private.queue_turns (org_id, queue) values (%(org)s, 'syncs')",
    "insert into public.file_upload_batches (id, org_id, total_files) values (%(batch)s, %(org)s, 9)",
    "insert into public.connector_actions (org_id, action) values (%(org)s, 'pause')",
    "insert into public.jobs (type, payload, org_id) values ('x', '{}', %(org)s)",
    (
        "insert into public.imported_documents (org_id, connector_id, external_id, title)"
        f" values (%(org)s, %(connector)s, 'live', '{WORD}')"
    ),
)
_DELETED = (
    "insert into public.imported_documents (org_id, connector_id, external_id, title, is_deleted)"
    f" select %(org)s, %(connector)s, 'deleted ' || n, '{WORD}', true from generate_series(1, %(count)s) as n"
)
_FILE = (
    "insert into storage.objects (bucket_id, name) select %(bucket)s, {name} from generate_series(1, %(count)s) as n"
)


def plant(connection: Connection) -> None:
    """Leave nothing in the tables but the planted rows. Take a superuser's connection."""
    with connection.transaction():
        organizations = [organization_id(number) for number in ORGANIZATIONS]
        for statement in _CLEAR:
            connection.execute(statement.encode(), {"organizations": organizations})
        for organization in ORGANIZATIONS:
            org = organization_id(organization)
            for number in range(1, organization + 1):
                connector, batch = (planted_id(thing, organization, number) for thing in ("connector", "batch"))
                plant_rows(connection, org, connector, batch)
            plant_deleted(connection, org, planted_id("connector", organization), 4 * organization)
        for bucket in BUCKETS:
            plant_every_file(connection, bucket)
        connection.execute("analyze public.connector_configs")


def plant_rows(connection: Connection, org: object, connector: object, batch: object) -> None:
    """Plant one row of an organization in each table, with these ids."""
    for statement in _PLANT:
        connection.execute(statement.encode(), {"org": org, "connector": connector, "batch": batch})


def plant_deleted(connection: Connection, org: object, connector: object, count: int) -> None:
    """Plant documents of an organization that are softly deleted."""
    connection.execute(_DELETED.encode(), {"org": org, "connector": connector, "count": count})


def plant_files(connection: Connection, bucket: str, name: str, count: int) -> None:
    """Plant files in a bucket, named by an SQL expression over their number `n`."""
    connection.execute(_FILE.format(name=name).encode(), {"bucket": bucket, "count": count})


def plant_every_file(connection: Connection, bucket: str) -> None:
    """Plant files of both organizations, of none, and under a path that leads upward."""
    first, second = (str(organization_id(number)) for number in ORGANIZATIONS)
    for name, count in (
        (f"'{first}/file-' || n", 1),
        (f"'{second}/file-' || n", 2),
        ("'file-' || n", 4),
        (f"'{first}/../{second}/file-' || n", 8),
    ):
        plant_files(connection, bucket, name, count)
