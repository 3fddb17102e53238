"""One object has one owner: two stacks, renamed resources, lost states, objects that were there before, copies."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import LiteralString

import pytest

from supaschema.declarations import Check, Declaration, Function, Index, TablePatch
from tests.fixtures.postgres import Database
from tests.support.catalog import column, dump, one
from tests.support.declared import TITLE, notes, statements, urn
from tests.support.pulumi import Declared, Stack, said, summary
from tests.support.sessions import Connection
from tests.support.survey import schema

FIRST = Declared("first", notes())
RENAMED = Declared("second", notes())
WIDER = "status in ('pending', 'processing', 'completed', 'failed', 'paused')"

# The same objects as the statements below make.
EQUAL: tuple[Declaration, ...] = (
    Index(name="idx_users_org_id", table="users", keys=("org_id",)),
    TablePatch(
        table="jobs",
        checks=(Check(name="jobs_status_check", expression=WIDER.replace(", 'paused'", "")),),
        nullability={"payload": False},
    ),
    Function(name="one", returns="integer", language="sql", body="select 1"),
)
DIFFERENT: tuple[Declaration, ...] = (
    Index(name="idx_users_org_id", table="users", keys=("org_id", "role")),
    TablePatch(
        table="jobs", checks=(Check(name="jobs_status_check", expression=WIDER),), nullability={"payload": True}
    ),
    Function(name="one", returns="integer", language="sql", body="select 2", execute=("anon",)),
)
ONE: LiteralString = """
    create function public.one() returns integer language sql set search_path = pg_catalog, pg_temp as 'select 1';
    revoke execute on function public.one() from public, anon, authenticated, service_role
"""


@pytest.fixture
def watcher(database: Database) -> Iterator[Connection]:
    """A superuser's connection to the test's database, with a function made by hand."""
    with database.connect_superuser() as connection, database.connect() as owner:
        owner.execute(ONE)
        yield connection


def test_a_second_stack_may_not_declare_what_the_first_declares(
    objects: Stack, database: Database, watcher: Connection
) -> None:
    objects.declare(FIRST)
    objects.up()
    before, made = dump(database), rows_of_ledger(watcher)

    other = objects.sibling("other")
    other.declare(Declared("theirs", notes("notes", TITLE)))
    refused = said(other.up(ok=False))

    assert f"it is declared by another resource, {urn(FIRST)}" in refused
    assert "Two stacks cannot own one object" in refused
    other.destroy()
    assert dump(database) == before
    assert rows_of_ledger(watcher) == made


@pytest.mark.long
def test_a_renamed_resource_is_refused_with_the_alias_to_write_and_runs_nothing_with_it(
    objects: Stack, database: Database, watcher: Connection
) -> None:
    before = schema(database)
    objects.declare(FIRST)
    objects.up()
    made, ran = schema(database), statements(watcher)

    objects.declare(RENAMED)
    refused = said(objects.up(ok=False))
    assert f'aliases=["{urn(FIRST)}"]' in refused
    assert schema(database) == made

    objects.declare(dataclasses.replace(RENAMED, aliases=(urn(FIRST),)))
    assert "The ledger takes on the resource's new name" in objects.preview()
    assert summary(objects.up()) == {"updated": 1, "unchanged": 2}
    assert objects.clean()

    lose_state(objects)
    objects.declare(RENAMED)
    objects.up()
    assert objects.clean()
    assert statements(watcher) == ran
    objects.destroy()
    assert schema(database) == before


@pytest.mark.long
def test_the_name_that_a_renamed_resource_had_is_free_once_its_new_name_is_deployed(
    objects: Stack, database: Database
) -> None:
    before = schema(database)
    objects.declare(FIRST)
    objects.up()
    made = schema(database)

    renamed = dataclasses.replace(RENAMED, aliases=(urn(FIRST),))
    lose_state(objects)
    objects.declare(Declared("first", notes("others")))
    for refused in (objects.preview(ok=False), said(objects.up(ok=False))):
        assert "the ledger knows table public.notes" in refused
        assert "deploy that one's new name first" in refused
    assert schema(database) == made

    objects.declare(FIRST)
    objects.up()
    objects.declare(renamed)
    objects.up()
    objects.declare(RENAMED, Declared("first", notes("others")))
    objects.up()
    assert objects.clean()
    objects.destroy()
    assert schema(database) == before


@pytest.mark.long
def test_a_resource_that_declares_another_object_makes_that_one_and_puts_the_first_back(
    objects: Stack, watcher: Connection
) -> None:
    objects.declare(*numbered(DIFFERENT[:1]))
    objects.up()
    objects.declare(*numbered((Index(name="idx_users_role", table="users", keys=("role",)),)))
    assert "1 replaced" in said(objects.up())
    indexes: LiteralString = "select indexdef from pg_indexes where indexname in ('idx_users_org_id', 'idx_users_role')"
    assert column(watcher, f"{indexes} order by indexname") == [
        "CREATE INDEX idx_users_org_id ON public.users USING btree (org_id)",
        "CREATE INDEX idx_users_role ON public.users USING btree (role)",
    ]
    assert objects.clean()


@pytest.mark.long
def test_a_lost_state_is_no_loss(objects: Stack, database: Database, watcher: Connection) -> None:
    before = schema(database)
    declared = numbered(DIFFERENT, FIRST)
    objects.declare(*declared)
    objects.up()
    made, ran = dump(database), statements(watcher)

    lose_state(objects)
    objects.up()
    assert dump(database) == made
    assert statements(watcher) == ran
    objects.destroy()
    assert schema(database) == before


@pytest.mark.long
def test_what_is_there_already_as_declared_is_adopted_without_a_statement_and_left_as_it_was(
    objects: Stack, database: Database, watcher: Connection
) -> None:
    before = schema(database)
    objects.declare(*numbered(EQUAL))
    objects.up()
    assert statements(watcher) == 0
    assert schema(database) == before
    assert objects.clean()
    objects.destroy()
    assert schema(database) == before


@pytest.mark.long
def test_what_is_there_otherwise_is_altered_and_put_back(
    objects: Stack, database: Database, watcher: Connection
) -> None:
    before = schema(database)
    objects.declare(*numbered(DIFFERENT))
    objects.up()
    assert one(watcher, "select one()") == 2
    assert objects.clean()
    objects.destroy()
    assert schema(database) == before


@pytest.mark.long
def test_an_object_dropped_between_preview_and_up_is_made_whole(objects: Stack, watcher: Connection) -> None:
    objects.declare(FIRST)
    objects.up()
    objects.declare(Declared("first", notes("notes", TITLE)))
    assert "add column" in objects.preview()
    watcher.execute("drop table notes")

    objects.up()
    assert column(
        watcher, "select column_name from information_schema.columns where table_name = 'notes' order by 1"
    ) == ["id", "title"]
    assert objects.clean()


def numbered(declarations: tuple[Declaration, ...], *others: Declared) -> list[Declared]:
    """Return resources of these declarations."""
    return [*(Declared(f"object-{number}", item) for number, item in enumerate(declarations)), *others]


def lose_state(stack: Stack) -> None:
    """Forget all that Pulumi knows of a stack."""
    stack.run("stack", "rm", "--force", "--yes")
    stack.run("stack", "init", stack.name)


def rows_of_ledger(watcher: Connection) -> object:
    """Return what the ledger holds."""
    return column(watcher, "select (object, urn, made, before, spelling)::text from supaschema.objects order by 1")
