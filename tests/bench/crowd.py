"""A database of the benchmarks' own: the connector stack deployed, 150,000 rows in each table, vacuumed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString
from uuid import UUID

import psycopg

from localdb import platform
from localdb.sample import SampleUser, sample_id
from localdb.temporary import temporary_cluster
from tests.support.pulumi import connector_stack

ROWS = 150_000
ORGANIZATIONS = 100
CONNECTOR = sample_id("connector", 1)
"""A connector of the organization that is read; it has 150 documents, events, syncs and files."""

_ORG: LiteralString = "md5('organization:' || 1 + n %% %(organizations)s)::uuid"
_WAITS: LiteralString = "abs(hashtext('waits ' || n)) %% 100 = 0"
"""One row in a hundred, anywhere in the table."""
# Connector n belongs to organization 1 + n % 100; what belongs to a connector, to one of the first thousand.
_CONNECTOR: LiteralString = "md5('connector:' || 1 + n %% 1000)::uuid"
_OF_CONNECTOR: LiteralString = "md5('organization:' || 1 + (1 + n %% 1000) %% %(organizations)s)::uuid"

_FILL: tuple[LiteralString, ...] = (
    """
    insert into public.organizations (id, name)
    select md5('organization:' || n)::uuid, 'Organization ' || n from generate_series(1, %(organizations)s) as n
    """,
    """
    insert into public.users (id, clerk_id, org_id, role)
    select md5('user:' || n)::uuid, 'user_2' || md5('subject:' || n), md5('organization:' || 1 + n / 10)::uuid,
           (array['owner', 'admin', 'contributor', 'reader'])[1 + n %% 4]
      from generate_series(0, 10 * %(organizations)s - 1) as n
    """,
    f"""
    insert into public.connector_configs
      (id, org_id, connector_type, name, credentials, sync_frequency, next_sync_at)
    select md5('connector:' || n)::uuid, {_ORG}, 'zoom', 'Connector ' || n, '{{"token": "t"}}',
           case when n %% 10 = 0 then 'hourly' else 'manual' end,
           now() + case when {_WAITS} then -1 else 1 end * n * interval '1 second'
      from generate_series(1, %(rows)s) as n
    """,
    f"""
    insert into public.imported_documents
      (id, connector_id, org_id, external_id, title, content, file_size, processing_status, chunks_generated,
       created_at)
    select md5('document:' || n)::uuid, {_CONNECTOR}, {_OF_CONNECTOR}, 'ext-' || n, 'Document ' || n,
           repeat('some words of no interest ', 8), n, case when {_WAITS} then 'pending' else 'completed' end,
           not {_WAITS}, now() - n * interval '1 minute'
      from generate_series(1, %(rows)s) as n
    """,
    f"""
    insert into public.connector_webhook_events
      (org_id, connector_id, event_type, event_source, event_id, payload, processed, received_at)
    select {_OF_CONNECTOR}, {_CONNECTOR}, 'recording.completed', 'zoom', n, '{{"file": "f"}}', not {_WAITS},
           now() - n * interval '10 seconds'
      from generate_series(1, %(rows)s) as n
    """,
    f"""
    insert into public.connector_sync_logs (org_id, connector_id, sync_type, status, started_at, documents_synced)
    select {_OF_CONNECTOR}, {_CONNECTOR}, 'scheduled', 'success', now() - n * interval '1 minute', n
      from generate_series(1, %(rows)s) as n
    """,
    f"""
    insert into public.file_upload_batches (org_id, batch_name, total_files, created_at)
    select {_ORG}, 'Batch ' || n, 10, now() - n * interval '1 minute'
      from generate_series(1, %(rows)s) as n
    """,
    f"""
    insert into storage.objects (bucket_id, name)
    select 'connector-imports', {_OF_CONNECTOR} || '/connectors/zoom/' || {_CONNECTOR} || '/2026-01-31/' || n || '.mp4'
      from generate_series(1, %(rows)s) as n
    """,
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The database, the organization whose rows are read, and the server's programs."""

    url: str
    binaries: Path
    organization: UUID
    reader: SampleUser
    admin: SampleUser


@contextmanager
def crowded() -> Iterator[Crowd]:
    """Make the database on a server of its own, and delete both on leaving."""
    settings = {"shared_buffers": "512MB", "max_connections": "100"}
    with temporary_cluster(17, settings) as cluster, tempfile.TemporaryDirectory(prefix="supaschema-bench-") as folder:
        superuser, password = cluster.superuser_url(), cluster.password(platform.OWNER)
        platform.install_roles(superuser, password)
        url = platform.create_database(
            superuser,
            "crowded",
            variant=platform.DefaultPrivileges.OPT_IN,
            template=None,
            postgres_password=password,
        )
        platform.install_baseline(url)
        connector_stack(Path(folder) / "project", url).up()
        _fill(platform.database_url(superuser, "crowded"))
        yield Crowd(url, cluster.bindir, sample_id("organization", 2), _member(11, "reader"), _member(13, "admin"))


def _member(number: int, role: str) -> SampleUser:
    subject = "user_2" + sample_id("subject", number).hex
    return SampleUser(sample_id("user", number), subject, 2, role)


def _fill(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set statement_timeout = 0")
        for statement in _FILL:
            connection.execute(statement, {"rows": ROWS, "organizations": ORGANIZATIONS})
        # Hint bits and the visibility map, as autovacuum leaves them.
        connection.execute("vacuum analyze")
