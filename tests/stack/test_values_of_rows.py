"""No value of a row leaves the database by what is said of a statement that the rows stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import LiteralString

import pytest

from supaschema.declarations import (
    Backfill,
    Check,
    Column,
    Declaration,
    ForeignKey,
    Index,
    PrimaryKey,
    Table,
    TablePatch,
    Unique,
)
from tests.fixtures.postgres import Database
from tests.support.planted import TALKATIVE, Planted, ledger_texts
from tests.support.pulumi import Declared, Stack, said
from tests.support.sessions import Connection

VALUE = "Zq-customer-4711"
OTHER = "Zq-another-0815"
PLANTED = Planted({"value": VALUE, "other": OTHER})
MADE: LiteralString = """
    create table customers (id uuid primary key default gen_random_uuid(), note text, number text, parent text);
    insert into customers (note, number) values ('Zq-customer-4711', 'Zq-another-0815'),
      ('Zq-customer-4711', 'Zq-another-0815');
    alter table customers owner to postgres
"""
RAISES: LiteralString = """
    create function speak() returns trigger language plpgsql as $$ begin
      raise warning 'written: %', new.note using hint = new.number;
      {} return new;
    end $$;
    alter function speak() owner to postgres;
    create trigger speak before update on customers for each row execute function speak()
"""
FILL = Backfill(name="fill", table="customers", assignments={"parent": "note"}, where="parent is null")


@dataclass(frozen=True)
class Case:
    """Rows that stop a statement, and what is said of it.

    Attributes:
        declaration: What is deployed.
        told: What is said.
        prepared: What somebody did to the table before.

    """

    declaration: Declaration
    told: tuple[str, ...]
    prepared: LiteralString = "select"


def patch(**named: object) -> TablePatch:
    """Return a patch of the table."""
    return TablePatch(table="customers", **named)  # type: ignore[arg-type]


CASES: dict[str, Case] = {
    "a unique constraint": Case(
        patch(uniques=(Unique(columns=("note",)),)),
        ("occur more than once", 'group by "note" having', "customers_note_key"),
    ),
    "a unique index of expressions": Case(
        Index(name="once", table="customers", keys=("lower(note) desc", "number"), unique=True, where="note <> ''"),
        ("occur more than once", "group by (lower(note)), (number) having"),
    ),
    "a primary key": Case(
        Table(
            name="customers",
            columns=tuple(Column(name=name, type="text") for name in ("note", "number", "parent")),
            primary_key=PrimaryKey(columns=("note",)),
        ),
        ("occur more than once", 'group by "note" having'),
        "alter table customers drop column id",
    ),
    "a foreign key": Case(
        patch(foreign_keys=(ForeignKey(columns=("note",), references="public.keys", referenced_columns=("id",)),)),
        (
            "refer to no row",
            'not exists (select from "public"."keys" as other where "other"."id" = "own"."note")',
            "customers_note_fkey",
        ),
        "create table keys (id text primary key); alter table keys owner to postgres",
    ),
    "a type": Case(
        patch(columns=(Column(name="number", type="integer"),)),
        ("SQLSTATE 42804",),
    ),
    "a type of which a row's value is none": Case(
        patch(columns=(Column(name="number", type="varchar(3)"),)),
        ("do not fit its new type varchar(3)", "number"),
    ),
    "a name that a row holds": Case(
        Backfill(
            name="fill", table="customers", assignments={"parent": "note::regclass::text"}, where="parent is null"
        ),
        ("SQLSTATE 42P01", 'select * from "public"."customers" where (parent is null)'),
    ),
    "a check that cannot be computed": Case(
        patch(checks=(Check(name="small", expression="number::integer < 5"),)),
        ("SQLSTATE 22P02",),
    ),
    "an index that cannot be computed": Case(
        Index(name="numbers", table="customers", keys=("(number::integer)",)),
        ("2 rows of public.customers have no value for the index numbers",),
    ),
    "a generated column": Case(
        patch(columns=(Column(name="size", type="integer", generated="number::integer"),)),
        ("2 rows of public.customers have no value for the generated column size",),
    ),
    "a file that a row names": Case(
        Backfill(name="fill", table="customers", assignments={"parent": "pg_read_file(note)"}, where="parent is null"),
        ("SQLSTATE",),
        "grant pg_read_server_files to postgres; grant execute on function pg_read_file(text) to postgres",
    ),
    "a unit of time that a row names": Case(
        Backfill(
            name="fill",
            table="customers",
            assignments={"parent": "date_trunc(note, now())::text"},
            where="parent is null",
        ),
        ("SQLSTATE 22023", "select * from"),
    ),
    "a role that a row names": Case(
        Backfill(
            name="fill",
            table="customers",
            assignments={"parent": "set_config('role', note, true)"},
            where="parent is null",
        ),
        ("SQLSTATE 22023",),
    ),
    "a back-fill that a check stops": Case(
        FILL,
        ("SQLSTATE 23514", "parent_short", 'select * from "public"."customers" where (parent is null)'),
        "alter table customers add constraint parent_short check (length(parent) < 3)",
    ),
    "a back-fill that a key stops": Case(
        FILL, ("SQLSTATE 23505", "parents"), "create unique index parents on customers (parent)"
    ),
    "a back-fill that a trigger stops": Case(
        FILL,
        ("SQLSTATE P0001",),
        RAISES.format("raise exception 'not %', new using detail = new.note, hint = new.number;"),
    ),
    "a back-fill that a trigger stops as if it were a check": Case(
        FILL,
        ("SQLSTATE 23514",),
        RAISES.format(
            "raise check_violation using message = new.note, table = new.note, constraint = new.number,"
            " column = new.note, schema = new.note;"
        ),
    ),
    "a back-fill that a trigger stops as if it were a lock": Case(
        FILL, ("SQLSTATE 55006",), RAISES.format("raise object_in_use using message = new.note;")
    ),
    "a back-fill whose trigger makes a statement of a value": Case(
        FILL, ("SQLSTATE 42703",), RAISES.format("execute 'select \"' || new.note || '\"';")
    ),
}


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    """A superuser's connection to a database in which a table holds a customer's values."""
    with database.connect_superuser() as connection:
        connection.execute(MADE)
        yield connection


def nothing_left(stack: Stack, owner: Connection, *told: str) -> None:
    """Assert that no value is in what was said, in the state, its history and backups, or in the ledger."""
    assert [PLANTED.inside(text) for text in told] == [[] for _ in told]
    assert PLANTED.files(stack.directory) == []
    assert PLANTED.inside(stack.run("stack", "export", "--show-secrets").stdout) == []
    assert PLANTED.inside(ledger_texts(owner)) == []


@pytest.mark.long
@pytest.mark.parametrize("case", CASES)
def test_a_statement_that_rows_stop_tells_none_of_their_values(objects: Stack, owner: Connection, case: str) -> None:
    wanted = CASES[case]
    owner.execute(wanted.prepared)
    objects.declare(
        Declared("object", wanted.declaration), allow_hazards=[{"hazard": name} for name in ("REWRITES_TABLE",)]
    )

    preview = said(objects.run("preview", "--diff", ok=None))
    up = said(objects.run("up", "--yes", "--skip-preview", *TALKATIVE, ok=False))

    for part in wanted.told:
        assert part in up
    nothing_left(objects, owner, preview, up)


@pytest.mark.long
def test_a_materialized_view_that_is_recreated_is_named(objects: Stack, owner: Connection) -> None:
    owner.execute("create materialized view public.numbers as select number from customers")
    objects.declare(
        Declared("object", patch(columns=(Column(name="number", type="varchar(900)"),))),
        allow_hazards=[{"hazard": "REWRITES_TABLE"}],
    )

    assert "materialized view public.numbers: it would be dropped and recreated" in said(objects.up(ok=False))
    owner.execute("alter materialized view public.numbers owner to postgres")

    assert "Recreating public.numbers runs its query" in said(objects.up(ok=False))


def test_what_a_trigger_warns_of_is_told_without_its_words(objects: Stack, owner: Connection) -> None:
    owner.execute(RAISES.format(""))
    objects.declare(Declared("object", FILL))

    told = said(objects.up())

    assert "warning: the server or a function that it called raised a warning" in told
    nothing_left(objects, owner, told)


def test_a_default_that_is_no_value_of_its_type_is_told_in_the_servers_words(objects: Stack, owner: Connection) -> None:
    objects.declare(Declared("object", patch(columns=(Column(name="size", type="integer", default="'ten'"),))))

    assert 'invalid input syntax for type integer: "ten" (SQLSTATE 22P02)' in said(objects.up(ok=False))


def test_rows_that_stop_a_removal_tell_none_of_their_values(objects: Stack, owner: Connection) -> None:
    owner.execute("update customers set number = '1'")
    owner.execute("alter table customers add constraint small check (number::integer < 5)")
    objects.declare(
        Declared("object", patch(checks=(Check(name="small", expression="length(number) > 0"),))),
        allow_hazards=[{"hazard": "CORRECTNESS"}],
    )
    objects.up()
    owner.execute("update customers set number = 'Zq-another-0815'")

    told = said(objects.destroy(ok=False))

    assert "SQLSTATE 22P02" in told
    nothing_left(objects, owner, told)
