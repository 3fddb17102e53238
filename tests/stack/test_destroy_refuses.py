"""A destroy stops at what it must not break, and finds its way past what hands have done."""

from __future__ import annotations

import re
from typing import LiteralString

import pytest

from localdb.sample import organization_id
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.pulumi import Stack, said
from tests.support.sessions import Connection, as_service
from tests.support.survey import rows, schema, table_columns

_FORBIDDEN: tuple[LiteralString, ...] = (
    "insert into connector_configs (org_id, connector_type, credentials) values (%(org)s, 'zoom', '{}')",
    "insert into imported_documents (org_id, external_id) values (%(org)s, 'an upload')",
    "insert into imported_documents (org_id, external_id) values (%(org)s, 'another upload')",
)

# By hand: some of what the stack made is gone, and something else has come to need a part of it.
_BY_HAND: tuple[LiteralString, ...] = (
    "drop index idx_imported_docs_hash",
    "drop table file_upload_batches cascade",
    """drop policy "Members read their organization's connectors" on connector_configs""",
    "alter table imported_documents drop column external_url",
    "select cron.unschedule('connector-sync-logs')",
    "drop function claim_due_syncs",
    "grant select on connector_configs to anon",
    "create view public.mine as select description from connector_configs",
)


@pytest.mark.long
def test_rows_that_the_old_rules_forbid_stop_a_destroy_before_it_begins(connectors: Stack, database: Database) -> None:
    schema_before = schema(database)
    connectors.up()
    with database.connect_superuser() as watcher:
        write(database)
        standing = schema(database), rows(watcher, table_columns(watcher)), history(watcher)

        refused = said(connectors.destroy(ok=False))

        assert (schema(database), rows(watcher, table_columns(watcher)), history(watcher)) == standing
        assert "Nothing was changed" in refused
        assert found_by(watcher, refused) == [1, 2]

    connectors.up()
    with database.connect() as connection, as_service(connection):
        connection.execute("delete from imported_documents where connector_id is null")
        connection.execute("delete from connector_configs where connector_type = 'zoom'")
    connectors.destroy()
    assert schema(database).splitlines() == schema_before.splitlines()


@pytest.mark.long
def test_a_destroy_puts_back_what_was_there_whatever_hands_have_done(connectors: Stack, database: Database) -> None:
    before = schema(database)
    connectors.up()
    with database.connect() as hands:
        for statement in _BY_HAND:
            hands.execute(statement)

        refused = said(connectors.destroy(ok=False))
        assert "it cannot be dropped: view public.mine would lose what it stands on" in refused
        assert "Nothing was changed" in refused
        connectors.up()
        assert connectors.clean()
        hands.execute("drop view public.mine")
    connectors.destroy()
    assert schema(database).splitlines() == before.splitlines()


def write(database: Database) -> None:
    """Write what only the connector system admits."""
    with database.connect() as connection, as_service(connection):
        for statement in _FORBIDDEN:
            connection.execute(statement, {"org": organization_id(1)})


def found_by(watcher: Connection, message: str) -> list[int]:
    """Run the queries that a message names, and give how many rows each finds, fewest first."""
    found = re.search(r"They are found by: (.*)", message)
    assert found, message
    return sorted(len(watcher.execute(query.encode()).fetchall()) for query in found[1].split("; "))


def history(watcher: Connection) -> object:
    """Return how many statements have been run."""
    return one(watcher, "select count(*) from supaschema.history")
