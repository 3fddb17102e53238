"""What a deployment that was killed left is told by the next preview, and gone after the next deployment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

import pytest

from supaschema.core.errors import DependencyError, PartialApplyError
from supaschema.declarations import Check, Index, TablePatch
from tests.fixtures.postgres import Database
from tests.integration.test_archive import StoppedError, interrupted
from tests.support.catalog import column
from tests.support.objects import managed
from tests.support.sessions import Connection

WHOLE = Index(name="things_name", table="things", keys=("name",), unique=True)
LOWER = Index(name="things_name", table="things", keys=("lower(name)",), unique=True)
SMALL = TablePatch(table="things", checks=(Check(name="small", expression="size < 10"),))
SMALLER = TablePatch(table="things", checks=(Check(name="small", expression="size < 9"),))
NAMES: LiteralString = """
    select relname from pg_class where relname ~ '^things_name' union all
    select conname from pg_constraint where conname ~ '^(small|owned)' order by 1
"""


@pytest.fixture
def things(connection: Connection) -> Connection:
    """Two tables with a row each."""
    connection.execute("create table public.owners (id integer primary key)")
    connection.execute("create table public.things (id integer primary key, name text, size integer)")
    connection.execute("insert into public.owners values (1)")
    connection.execute("insert into public.things values (1, 'One', 1)")
    return connection


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        pytest.param(WHOLE, LOWER, "rename to", id="an index that was built"),
        pytest.param(WHOLE, LOWER, "drop index", id="an index that was replaced"),
        pytest.param(SMALL, SMALLER, "validate", id="a check that is not proven"),
        pytest.param(SMALL, SMALLER, 'drop constraint "small"', id="a check that is proven"),
    ],
)
def test_what_is_left_of_a_change_goes_with_the_next_deployment(
    database: Database, things: Connection, before: Index | TablePatch, after: Index | TablePatch, at: str
) -> None:
    with managed(database.url) as objects:
        objects.apply(before)
    with interrupted(at, lambda: None, stop=True), managed(database.url) as objects, pytest.raises(StoppedError):
        objects.apply(after)
    (left,) = [name for name in column(things, NAMES) if "__" in str(name)]
    # Somebody thinks better of it, or not.
    wanted = after if at == "drop index" else before

    with managed(database.url) as objects:
        plan = objects.preview(wanted)
        assert [str(left) in statement.text for statement in plan.statements] == [True]
        objects.apply(wanted)
        assert objects.preview(wanted).empty

    assert not [name for name in column(things, NAMES) if "__" in str(name)]


def test_a_name_that_somebody_chose_is_no_leftover(database: Database, things: Connection) -> None:
    with managed(database.url) as objects:
        objects.apply(WHOLE)
    things.execute("create index things_name__old on public.things (name)")
    things.execute("create index things_name__old_01234567 on public.things (name)")

    with managed(database.url) as objects:
        assert objects.apply(WHOLE).empty

    assert column(things, NAMES) == ["things_name", "things_name__old", "things_name__old_01234567"]


def test_what_is_left_of_an_index_goes_with_it(database: Database, things: Connection) -> None:
    with managed(database.url) as objects:
        objects.apply(WHOLE)
    with (
        interrupted("drop index", lambda: None, stop=True),
        managed(database.url) as objects,
        pytest.raises(StoppedError),
    ):
        objects.apply(LOWER)

    with managed(database.url) as objects:
        objects.remove(LOWER)

    assert column(things, NAMES) == []


CARRYING = Index(name="things_name", table="things", keys=("name",), unique=True, include=("size",))
PAIR = Index(name="things_name", table="things", keys=("name", "size"), unique=True)
REFERS: LiteralString = "create table public.others (name text references public.things (name))"
STANDS_ON: LiteralString = "select conindid::regclass::text from pg_constraint where conname = 'others_name_fkey'"


def test_a_foreign_key_that_came_while_its_index_changed_moves_to_the_new_one(
    database: Database, things: Connection
) -> None:
    with managed(database.url) as objects:
        objects.apply(WHOLE)

    coming: Iterator[LiteralString] = iter((REFERS,))

    def refer() -> None:
        for statement in coming:
            things.execute(statement)

    with (
        interrupted("rename to", refer, stop=False),
        managed(database.url) as objects,
        pytest.raises(PartialApplyError),
    ):
        objects.apply(CARRYING)
    assert column(things, STANDS_ON) != ["things_name"]

    with managed(database.url) as objects:
        plan = objects.preview(CARRYING)
        assert any("others_name_fkey is dropped and recreated" in note for note in plan.notes)
        objects.apply(CARRYING)
        assert objects.preview(CARRYING).empty

    assert column(things, STANDS_ON) == ["things_name"]
    assert column(things, "select conname from pg_constraint where conname = 'others_name_fkey' and convalidated") != []
    assert column(things, NAMES) == ["things_name"]


def test_a_foreign_key_that_the_new_index_could_not_carry_is_named_in_the_preview(
    database: Database, things: Connection
) -> None:
    with managed(database.url) as objects:
        objects.apply(WHOLE)
    things.execute(REFERS)

    with (
        managed(database.url) as objects,
        pytest.raises(DependencyError, match=r"others\.others_name_fkey stands on it"),
    ):
        objects.preview(PAIR)
