"""The same rows as `planted` has, in a database with none or a part of the system: each as soon as it has a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import LiteralString

from localdb.sample import organization_id
from tests.access.people import ORGANIZATIONS, planted_id
from tests.access.planted import PROBES, SECRET, WORD, plant_every_file
from tests.access.storage import BUCKETS
from tests.support.catalog import column
from tests.support.sessions import Connection

_CLEAR = (
    "truncate public.connector_configs, public.jobs, public.recordings cascade",
    "delete from public.organizations where not id = any(%(organizations)s)",
    "set local storage.allow_delete_query = 'true'",
    "delete from storage.objects",
    f"create schema {PROBES}",
    f"grant usage, create on schema {PROBES} to anon, authenticated, service_role",
)
# By table. Of the application's own tables only the columns that are there without the system.
_ROWS: Mapping[str, str] = {
    "public.connector_configs": (
        "(id, org_id, connector_type, name, credentials)"
        f" values (%(connector)s, %(org)s, 'notion', 'A', '{{\"token\": \"{SECRET}\"}}')"
    ),
    "public.imported_documents": (
        f"(org_id, connector_id, external_id, title) select %(org)s, %(connector)s, name, '{WORD}'"
        " from unnest(array['live', 'deleted 1', 'deleted 2', 'deleted 3', 'deleted 4']) as name"
    ),
    "public.jobs": "(type, payload) values ('x', jsonb_build_object('org', %(org)s::text))",
    "public.recordings": (
        "(org_id, created_by, title)"
        " select org_id, id, 'A' from public.users where org_id = %(org)s and role = 'owner' limit 1"
    ),
    "public.transcript_chunks": (
        "(recording_id, org_id, chunk_index, chunk_text)"
        " select id, org_id, 1, 'A' from public.recordings where org_id = %(org)s limit 1"
    ),
    "public.connector_sync_logs": "(org_id, connector_id, status) values (%(org)s, %(connector)s, 'success')",
    "public.connector_webhook_events": (
        "(org_id, connector_id, event_type, payload) values (%(org)s, %(connector)s, 'changed', '{}')"
    ),
    "public.file_upload_batches": "(id, org_id, total_files) values (%(batch)s, %(org)s, 9)",
    "public.connector_actions": "(org_id, action) values (%(org)s, 'pause')",
    "private.webhook_rate_counters": "(connector_id) values (%(connector)s)",
    "private.queue_turns": "(org_id, queue) values (%(org)s, 'syncs')",
}
# By column of the system in tables of the application: what it is set to, and where it is not.
_VALUES: Mapping[str, str] = {
    "public.connector_configs.webhook_secret": f"'{SECRET}' where webhook_secret is null",
    "public.connector_configs.sync_frequency": "'daily' where sync_frequency is distinct from 'daily'",
    "public.connector_configs.next_sync_at": "now() where next_sync_at is null",
    "public.imported_documents.is_deleted": "true where external_id like 'deleted%%' and is_deleted is not true",
    "public.jobs.org_id": "(payload ->> 'org')::uuid where org_id is null",
}
_TABLES_THERE: LiteralString = "select name from unnest(%s::text[]) as name where to_regclass(name) is not null"
_COLUMNS_THERE: LiteralString = """
    select n.nspname || '.' || c.relname || '.' || a.attname
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname || '.' || c.relname || '.' || a.attname = any(%s)
"""
_EMPTY_BUCKETS: LiteralString = """
    select id from storage.buckets
     where id = any(%s) and not exists (select from storage.objects where bucket_id = buckets.id)
"""


def plant(connection: Connection) -> None:
    """Leave nothing in the tables but the planted rows. Take a superuser's connection."""
    with connection.transaction():
        organizations = [organization_id(number) for number in ORGANIZATIONS]
        for statement in _CLEAR:
            connection.execute(statement.encode(), {"organizations": organizations})
        plant_more(connection)
        connection.execute("analyze public.connector_configs")


def plant_more(connection: Connection) -> None:
    """Plant rows, values and files where tables, columns and buckets hold none yet. Take a superuser's connection."""
    for table in _there(_ROWS, column(connection, _TABLES_THERE, list(_ROWS))):
        if connection.execute(f"select from {table} limit 1".encode()).fetchone() is None:
            _plant_rows(connection, table)
    for name in _there(_VALUES, column(connection, _COLUMNS_THERE, list(_VALUES))):
        table, _, changed = name.rpartition(".")
        connection.execute(f"update {table} set {changed} = {_VALUES[name]}".encode(), {})
    for bucket in column(connection, _EMPTY_BUCKETS, list(BUCKETS)):
        plant_every_file(connection, str(bucket))


def _there(planted: Mapping[str, str], names: Iterable[object]) -> list[str]:
    found = set(names)
    return [name for name in planted if name in found]


def _plant_rows(connection: Connection, table: str) -> None:
    for organization in ORGANIZATIONS:
        for number in range(1, organization + 1):
            connection.execute(
                f"insert into {table} {_ROWS[table]}".encode(),
                {
                    "org": organization_id(organization),
                    "connector": planted_id("connector", organization, number),
                    "batch": planted_id("batch", organization, number),
                },
            )
