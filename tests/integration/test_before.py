"""What a removal puts back is what was there when the stack came, and nothing that the stack repaired since."""

from __future__ import annotations

from typing import LiteralString

import msgspec
import pytest

from supaschema.declarations import Column, InlinePolicy, PolicyCommand, PrimaryKey, Table, TableAccess, TablePatch
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.objects import managed
from tests.support.sessions import Connection

NOTES = Table(
    name="notes",
    columns=(Column(name="id", type="bigint"), Column(name="size", type="integer")),
    primary_key=PrimaryKey(name="notes_pkey", columns=("id",)),
)
ACCESS = TableAccess(
    table="notes", policies=(InlinePolicy(name="all", command=PolicyCommand.ALL, to=("service_role",), using="true"),)
)
POLICIES: LiteralString = "select polname from pg_policy where polrelid = 'public.notes'::regclass order by 1"
COLUMNS: LiteralString = "select attname from pg_attribute where attrelid = to_regclass('public.notes') and attnum > 0"
BY_HAND: tuple[LiteralString, ...] = (
    "alter table public.notes add column extra text default 'x'",
    "create policy p on public.notes to anon using (true)",
    "alter table public.notes add constraint small check (size < 100)",
    "alter table public.notes alter column size set not null",
    "alter table public.notes add constraint apart exclude using btree (size with =)",
    "grant select (size) on public.notes to anon",
)


def test_what_was_repaired_does_not_come_back_and_what_was_there_first_does(
    database: Database, connection: Connection
) -> None:
    connection.execute("create table public.notes (id bigint primary key)")
    connection.execute("create policy first on public.notes to anon using (false)")
    with managed(database.url) as objects:
        objects.apply(ACCESS)
    connection.execute("create policy by_hand on public.notes to anon using (true)")
    connection.execute("grant select (id) on public.notes to anon")
    with managed(database.url) as objects:
        objects.apply(ACCESS)
    assert column(connection, POLICIES) == ["all"]

    with managed(database.url) as objects:
        objects.remove(ACCESS)

    assert column(connection, POLICIES) == ["first"]
    grants = "select attacl from pg_attribute where attrelid = 'public.notes'::regclass and attacl is not null"
    assert column(connection, grants) == []


@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
def test_what_was_taken_off_a_table_of_the_stack_does_not_stop_its_removal(
    database: Database, connection: Connection, *, filled: bool
) -> None:
    with managed(database.url) as objects:
        objects.apply(NOTES)
        objects.apply(ACCESS)
    if filled:
        connection.execute("insert into public.notes values (1, 1)")
    for statement in BY_HAND:
        connection.execute(statement)
    with managed(database.url) as objects:
        objects.apply(NOTES)
        objects.apply(ACCESS)

    with managed(database.url) as objects:
        objects.remove(ACCESS)
        assert column(connection, POLICIES) == []
        objects.remove(NOTES)

    assert column(connection, "select relname from pg_class where relname = 'notes'") == []


def test_what_was_adopted_into_a_table_of_the_stack_goes_with_the_table(
    database: Database, connection: Connection
) -> None:
    with managed(database.url) as objects:
        objects.apply(NOTES)
    connection.execute("alter table public.notes add column extra text")
    with managed(database.url) as objects:
        objects.apply(msgspec.structs.replace(NOTES, columns=(*NOTES.columns, Column(name="extra", type="text"))))
        objects.apply(NOTES)
    assert "extra" not in column(connection, COLUMNS)

    with managed(database.url) as objects:
        objects.remove(NOTES)

    assert column(connection, COLUMNS) == []


@pytest.mark.parametrize("at_first", ["", "not null"], ids=["nullable at first", "not null at first"])
def test_a_not_null_set_by_hand_beneath_a_patch_stays_away_and_one_that_was_there_first_returns(
    database: Database, connection: Connection, at_first: str
) -> None:
    patch = TablePatch(table="notes", columns=(Column(name="size", type="integer"),))
    refuses = "select attnotnull from pg_attribute where attrelid = 'public.notes'::regclass and attname = 'size'"
    connection.execute(f"create table public.notes (id bigint primary key, size integer {at_first})".encode())
    with managed(database.url) as objects:
        objects.apply(patch)
    connection.execute("alter table public.notes alter column size set not null")
    with managed(database.url) as objects:
        objects.apply(patch)
    assert column(connection, refuses) == [False]

    with managed(database.url) as objects:
        objects.remove(patch)

    assert column(connection, refuses) == [bool(at_first)]
