"""The sequence of an identity is open to nobody but its owner, whatever default privileges give of new ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import (
    Column,
    DefaultPrivileges,
    Grant,
    NewObjects,
    ObjectSet,
    PrimaryKey,
    Privilege,
    Schema,
    Table,
    TablePatch,
)
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

OPEN = """alter default privileges for role postgres in schema public
          grant all on sequences to anon, authenticated, service_role"""
NOTES = Table(
    name="notes",
    columns=(Column(name="Id", type="bigint", identity="always"), Column(name="n", type="bigint", nullable=False)),
    primary_key=PrimaryKey(columns=("Id",)),
)
COUNTED = replace(NOTES, columns=(NOTES.columns[0], replace(NOTES.columns[1], identity="by default")))


@pytest.fixture
def objects(database: Database, connection: Connection) -> Iterator[Objects]:
    """A database in which default privileges give the API's roles every new sequence."""
    connection.execute(OPEN)
    with managed(database.url) as found:
        yield found


def grantees(connection: Connection, sequence: str) -> set[str]:
    rows = connection.execute(
        """select x.grantee::regrole::text from pg_class c, aclexplode(c.relacl) x
            where c.oid = %s::regclass and x.grantee <> c.relowner""",
        [sequence],
    )
    return {str(role) for (role,) in rows}


def unmanaged(url: str) -> set[str]:
    looking = Managed(Settings(database_url=url))
    try:
        return {it.title for it in swept(looking, KINDS).findings if "notes" in it.title}
    finally:
        looking.close()


def test_that_of_a_new_table_is_closed_and_the_preview_says_so(objects: Objects, connection: Connection, database):
    previewed = [item.text for item in objects.preview(NOTES).statements]

    assert [item.text for item in objects.apply(NOTES).statements] == previewed

    assert any("revoke all on sequence" in text for text in previewed)
    assert grantees(connection, 'public."notes_Id_seq"') == set()
    assert unmanaged(database.url) == set()
    assert objects.preview(NOTES).empty


def test_that_of_a_column_that_comes_or_becomes_one_is_closed(objects: Objects, connection: Connection):
    objects.apply(NOTES)
    objects.apply(COUNTED)
    more = TablePatch(table="notes", columns=(Column(name="more", type="bigint", identity="always"),))
    objects.apply(more)

    assert grantees(connection, "public.notes_n_seq") == grantees(connection, "public.notes_more_seq") == set()


def test_who_inserts_needs_nothing_of_it(objects: Objects, connection: Connection):
    objects.apply(NOTES)
    connection.execute("grant insert on public.notes to service_role")
    connection.execute("set role service_role")

    connection.execute("insert into public.notes (n) values (1)")


def test_that_of_a_table_that_exists_is_as_it_was(objects: Objects, connection: Connection):
    connection.execute("create table public.notes (id bigint generated always as identity primary key)")
    there = grantees(connection, "public.notes_id_seq")

    objects.apply(
        Table(
            name="notes",
            columns=(Column(name="id", type="bigint", identity="always"),),
            primary_key=PrimaryKey(columns=("id",)),
        )
    )

    assert grantees(connection, "public.notes_id_seq") == there == {"anon", "authenticated", "service_role"}


def test_what_default_privileges_of_the_same_plan_give_is_taken_as_well(objects: Objects, connection: Connection):
    draws = Grant(to="authenticated", privileges=(Privilege.USAGE,))
    given = DefaultPrivileges(role="postgres", schema="app", objects=NewObjects.SEQUENCES, grants=(draws,))
    together = ObjectSet(objects=(Schema(name="app"), given, replace(NOTES, schema="app")))

    objects.apply(together)

    assert grantees(connection, 'app."notes_Id_seq"') == set()


def test_no_statement_is_spent_where_nothing_is_given(objects: Objects, connection: Connection):
    connection.execute("create schema app")

    assert not any("sequence" in item.text for item in objects.apply(replace(NOTES, schema="app")).statements)
