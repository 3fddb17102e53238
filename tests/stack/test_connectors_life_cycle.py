"""The connector system comes, stays as it is, goes without a trace, and comes again with what it held."""

from __future__ import annotations

from pathlib import Path
from typing import LiteralString

import pytest

from localdb.platform import DefaultPrivileges
from localdb.sample import organization_id, sample_id
from tests.fixtures.postgres import Database, MakeDatabase
from tests.support.catalog import column, one
from tests.support.pulumi import ROOT, Stack, connector_stack, said, summary
from tests.support.sessions import Connection, as_service
from tests.support.survey import lost, rows, schema, table_columns

ORG, CONNECTOR = organization_id(1), sample_id("connector", 1)
BACK_FILLED = {"processing_status", "chunks_generated", "embeddings_generated", "first_synced_at"}
OURS = {"cron.job", "storage.buckets"}
"""Tables of which some rows are what the stack declares."""

# What the services write once the system is up: rows of new tables, values of new columns, a file.
_WRITTEN: tuple[LiteralString, ...] = (
    """insert into connector_sync_logs (org_id, connector_id, status)
       values (%(org)s, %(connector)s, 'running')""",
    """insert into connector_webhook_events (org_id, connector_id, event_type, event_id, payload)
       values (%(org)s, %(connector)s, 'changed', 'e1', '{"a": 1}')""",
    """insert into file_upload_batches (org_id, batch_name, total_files) values (%(org)s, 'Batch', 3)""",
    """update connector_configs
          set description = 'Ours', webhook_secret = 'hush', error_count = 2, filters = '{"only": ["pdf"]}',
              sync_frequency = 'daily'
        where id = %(connector)s""",
    """update connector_configs set sync_frequency = null, metadata = 'null' where org_id = %(org)s
          and id <> %(connector)s""",
    """update imported_documents set content_hash = md5(external_id), sync_count = 4, is_deleted = true
        where connector_id = %(connector)s""",
    """update jobs set org_id = %(org)s, run_after = run_at where status = 'pending'""",
    """insert into storage.objects (bucket_id, name) values ('imported-files', %(org)s || '/uploads/kept.pdf')""",
)

_READABLE: LiteralString = """
    select relname from pg_class
     where relnamespace = 'supaschema_archive'::regnamespace and relkind = 'r'
       and has_table_privilege(%s, oid, 'select')
"""


@pytest.mark.parametrize(
    "variant",
    [DefaultPrivileges.OPT_IN, pytest.param(DefaultPrivileges.LEGACY, marks=pytest.mark.long)],
    ids=lambda variant: str(variant.value),
)
def test_a_stack_comes_stays_and_goes_without_a_trace(
    tmp_path: Path, make_database: MakeDatabase, variant: DefaultPrivileges
) -> None:
    database = make_database(variant)
    stack = connector_stack(tmp_path / "project", database.url)
    with database.connect_superuser() as watcher:
        columns = table_columns(watcher)
        rows_before, schema_before = rows(watcher, columns), schema(database)

        stack.up()
        assert lost(rows_before, rows(watcher, columns)) == {}
        assert_valid(database)
        assert_stays(stack, watcher)

        stack.destroy()
        assert schema(database).splitlines() == schema_before.splitlines()
        assert rows(watcher, columns) == rows_before
        assert archived_tables(watcher) == []
        assert archived_columns(watcher) <= BACK_FILLED


@pytest.mark.long
def test_what_was_written_meanwhile_outlives_destroy_and_comes_back(connectors: Stack, database: Database) -> None:
    with database.connect_superuser() as watcher:
        baseline = table_columns(watcher)
        connectors.up()
        write(database)
        columns = table_columns(watcher)
        own, written = rows(watcher, baseline), rows(watcher, columns)

        destroyed = said(connectors.destroy())
        assert 'bucket "imported-files" holds files' in destroyed
        assert lost(own, rows(watcher, baseline), aside=OURS) == {}
        assert archived_tables(watcher) == [
            "public.connector_sync_logs",
            "public.connector_webhook_events",
            "public.file_upload_batches",
        ]
        assert archived_columns(watcher) >= {"description", "webhook_secret", "content_hash", "is_deleted", "org_id"}
        assert_closed(watcher)

        connectors.up()
        assert lost(written, rows(watcher, columns), aside=OURS) == {}
        assert archived_tables(watcher) == []
        assert archived_columns(watcher) == set()
        assert connectors.clean()


def assert_valid(database: Database) -> None:
    """Hold the audit's validation query against the database."""
    with database.connect() as connection:
        answered = connection.execute((ROOT / "sql" / "checks" / "validation.sql").read_bytes())
        found = {name: int(str(count)) for name, count in answered}
    assert found.pop("RLS Policies") >= 10
    assert found == {"Tables": 3, "Functions": 2}


def assert_stays(stack: Stack, watcher: Connection) -> None:
    """See that nothing differs from what is declared, and that another `up` runs no statement."""
    assert stack.clean()
    history = one(watcher, "select count(*) from supaschema.history")
    assert summary(stack.up()).keys() == {"unchanged"}
    assert one(watcher, "select count(*) from supaschema.history") == history


def write(database: Database) -> None:
    """Write what the services write."""
    with database.connect() as connection, as_service(connection):
        for statement in _WRITTEN:
            assert connection.execute(statement, {"org": ORG, "connector": CONNECTOR}).rowcount > 0


def archived_tables(watcher: Connection) -> list[object]:
    """Return the tables that were archived."""
    return column(watcher, "select relation from supaschema_archive.tables order by 1")


def archived_columns(watcher: Connection) -> set[object]:
    """Return the names of columns of which values were archived."""
    return set(column(watcher, "select column_name from supaschema_archive.columns"))


def assert_closed(watcher: Connection) -> None:
    """See that no role of the API reaches what was archived."""
    for role in ("anon", "authenticated", "service_role"):
        assert one(watcher, "select has_schema_privilege(%s, 'supaschema_archive', 'usage')", role) is False
        assert column(watcher, _READABLE, role) == []
