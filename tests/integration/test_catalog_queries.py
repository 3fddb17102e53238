"""The catalog is read in bulk: what a run asks does not grow with the number of objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from supaschema.database import connect
from supaschema.database.settings import Settings
from supaschema.declarations import Table
from supaschema.engine.snapshot import Reader, Scope
from supaschema.provider.operations import Operations
from supaschema.provider.outputs import outputs
from supaschema.registry import KINDS, RESOURCES
from tests.fixtures.postgres import Database
from tests.support.declared import TITLE, notes

TABLE = RESOURCES["supaschema:index:Table"]
Counted = Callable[[], int]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Count the statements that psycopg sends; each call gives those since the last.

    Not those that set a new connection up: on a busy machine the pool opens another one before the first is back.
    """
    sent: list[object] = []
    execute, configure = psycopg.Cursor.execute, connect._configure
    new: set[object] = set()

    def counting(self, query, *arguments, **options):
        if self.connection not in new:
            sent.append(query)
        return execute(self, query, *arguments, **options)

    def configuring(connection, settings):
        new.add(connection)
        configure(connection, settings)
        new.remove(connection)

    monkeypatch.setattr(psycopg.Cursor, "execute", counting)
    monkeypatch.setattr(connect, "_configure", configuring)

    def since() -> int:
        number = len(sent)
        sent.clear()
        return number

    return since


@contextmanager
def connected(database: Database) -> Iterator[Operations]:
    operations = Operations(Settings(database.url))
    operations.declaring()
    try:
        yield operations
    finally:
        operations.pipeline.close()


def deploy(operations: Operations, *tables: Table) -> None:
    for table in tables:
        operations.create(TABLE, urn(table), table.to_inputs())


def compare(operations: Operations, *tables: Table) -> None:
    """Preview and refresh tables that nobody changed."""
    for table in tables:
        inputs = table.to_inputs()
        made = operations.pipeline.state.ledger().generation(urn(table))
        known, id = outputs(type(table), inputs, urn(table), made), f"public.{table.name}"
        assert not operations.diff(TABLE, urn(table), known, inputs, inputs, id=id).changed
        assert operations.read(TABLE, urn(table), id, known, inputs)


def urn(table: Table) -> str:
    """Return the URN of a table's resource."""
    return f"urn:pulumi:test::objects::{TABLE.token}::{table.name}"


def test_a_preview_of_many_tables_asks_no_more_than_one_of_few(database: Database, counted: Counted):
    tables = [notes(f"notes_{number}", TITLE) for number in range(20)]
    asked = []
    for few in (2, 20):
        with connected(database) as operations:
            deploy(operations, *tables[:few])
        with connected(database) as operations:
            counted()
            compare(operations, *tables[:few])
            asked.append(counted())
    assert asked[0] == asked[1] < 30


def test_each_table_more_costs_the_same_however_many_there_are(database: Database, counted: Counted):
    tables = [notes(f"notes_{number}", TITLE) for number in range(12)]
    with connected(database) as operations:
        deploy(operations, *tables[:2])  # the first makes the ledger
        counted()
        asked = []
        for table in tables[2:]:
            deploy(operations, table)
            asked.append(counted())
    assert len(set(asked)) == 1, asked
    assert asked[0] < 30


def test_a_changed_tables_preview_words_the_plan_that_its_comparison_made(database: Database, counted: Counted):
    before, after = notes("notes_0", TITLE), notes("notes_0")
    known = outputs(type(before), before.to_inputs(), urn(before), 1)
    with connected(database) as operations:
        deploy(operations, before)
    with connected(database) as operations:
        assert operations.diff(
            TABLE, urn(after), known, before.to_inputs(), after.to_inputs(), id="public.notes_0"
        ).changed
        operations.pipeline.journal_is_due(urn(after))  # asked once for a stack
        counted()
        report = operations.preview(TABLE, urn(after), known, after.to_inputs())

    assert 'drop column "title"' in report
    assert counted() == 0


def test_what_an_extension_or_a_type_brought_is_no_object_of_ours(database: Database):
    with database.connect() as connection:
        connection.execute("create extension ltree with schema public")
        connection.execute("create type public.spans as range (subtype = integer)")
        connection.execute("create function public.own() returns integer language sql as 'select 1'")
    with closing(connect.Database(Settings(database.url))) as found, found.connection() as connection:
        facts = Reader(KINDS.values()).read(connection).facts
        narrow = Scope(frozenset({("public", "spans"), ("public", "own"), ("public", "ltree_eq")}))
        chosen = Reader(KINDS.values()).read(connection, narrow).facts

    named = {id.name[1] for id in facts if id.kind in ("function", "function_grants") and id.name[0] == "public"}
    assert "own" in named
    assert not named.intersection({"spans", "ltree_eq", "lca"})
    assert {id.name[:2] for id in chosen if id.kind in ("function", "function_grants")} == {("public", "own")}
