"""Rows that forbid a change refuse the preview as they refuse `up`, with their number and the query that finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from supaschema.declarations import Backfill, Check, Policy, PolicyCommand, TablePatch
from tests.fixtures.postgres import Database
from tests.support.declared import TITLE, notes
from tests.support.pulumi import Declared, Stack, said
from tests.support.sessions import Connection

NOTES = Declared("notes", notes("notes", TITLE))
FILLED = Check(name="filled", expression="title <> ''")
STRICT = Declared("strict", TablePatch(table="notes", nullability={"title": False}, checks=(FILLED,)))
BROKEN = (
    "1 rows of public.notes break the check filled that is to hold; "
    "2 rows of public.notes hold NULL in title, which is to be NOT NULL."
)


@pytest.fixture
def watcher(database: Database) -> Iterator[Connection]:
    """A superuser's connection to the test's database."""
    with database.connect_superuser() as connection:
        yield connection


@pytest.mark.long
def test_a_preview_is_refused_as_the_deployment_is(objects: Stack, watcher: Connection) -> None:
    objects.declare(NOTES)
    objects.up()
    watcher.execute("insert into notes (title) values (null), (null), (''), ('kept')")
    objects.declare(NOTES, STRICT)

    refused = objects.preview(ok=False)

    assert BROKEN in refused
    assert found_by(watcher, refused) == [1, 2]
    assert BROKEN in said(objects.up(ok=False))


@pytest.mark.long
def test_rows_that_another_resource_mends_first_are_told_and_do_not_refuse_the_preview(
    objects: Stack, watcher: Connection
) -> None:
    objects.declare(NOTES)
    objects.up()
    watcher.execute("insert into notes (title) values (null), (null), ('')")
    where = "title is null or title = ''"
    mended = Backfill(name="titles", table="notes", assignments={"title": "'none'"}, where=where)
    objects.declare(NOTES, Declared("mended", mended), Declared("strict", STRICT.declaration, after=("mended",)))

    assert "2 rows of public.notes hold NULL in title" in objects.preview()
    objects.up()
    assert objects.clean()


def test_the_first_preview_of_a_whole_new_stack_misses_nothing(connectors: Stack) -> None:
    told = connectors.preview()

    assert "Another resource declares it" not in told
    assert "the server refuses" not in told


@pytest.mark.long
def test_policies_that_read_each_others_tables_are_refused(objects: Stack) -> None:
    tables = [Declared(name, notes(name)) for name in ("first", "second")]
    policies = [
        Declared(
            f"of {name}",
            Policy(
                name=f"of {name}",
                table=name,
                command=PolicyCommand.SELECT,
                to=("authenticated",),
                using=f"id in (select x.id from public.{other} x)",
            ),
            after=("first", "second"),
        )
        for name, other in (("first", "second"), ("second", "first"))
    ]
    objects.declare(*tables, *policies)

    told = objects.preview(ok=False)

    assert "every read fails with infinite recursion" in told


def found_by(watcher: Connection, message: str) -> list[int]:
    """Run the queries that a message names, and return how many rows each finds."""
    found = re.search(r"They are found by: (.*)", message)
    assert found, message
    return [len(watcher.execute(query.encode()).fetchall()) for query in found[1].split("; ")]
