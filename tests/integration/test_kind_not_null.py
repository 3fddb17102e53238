"""NOT NULL on a database that is there: how often it reads the rows, and what it says of those that hold NULL."""

from __future__ import annotations

import time

import pytest

from supaschema.core.errors import PreconditionError
from supaschema.declarations import Column, TablePatch
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.objects import managed
from tests.support.sessions import Connection

NAMES = tuple(f"c{number}" for number in range(40))
PATCH = TablePatch(table="wide", columns=tuple(Column(name=name, type="text", nullable=False) for name in NAMES))


@pytest.fixture
def wide(connection: Connection) -> Connection:
    """A table of many columns, without NULL."""
    columns = ", ".join(f"{name} text" for name in NAMES)
    values = ", ".join("'x'" for _ in NAMES)
    connection.execute(f"create table public.wide (id integer primary key, {columns})".encode())
    connection.execute(f"insert into public.wide select n, {values} from generate_series(1, 10) n".encode())
    return connection


_OTHERS = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"


def scans(connection: Connection) -> int:
    # A session tells its numbers when it ends.
    end = time.monotonic() + 10
    while one(connection, _OTHERS) and time.monotonic() < end:
        time.sleep(0.01)
    found = one(connection, "select seq_scan from pg_stat_all_tables where relid = 'public.wide'::regclass")
    assert isinstance(found, int)
    return found


def test_many_columns_of_a_table_are_proven_by_one_reading_of_its_rows(database: Database, wide: Connection):
    before = scans(wide)

    with managed(database.url) as objects:
        plan = objects.apply(PATCH)

    # One to count the rows that forbid it, one that proves the check.
    assert scans(wide) - before == 2
    refuse = "select count(*) from pg_attribute where attrelid = 'public.wide'::regclass and attnotnull and attnum > 1"
    assert one(wide, refuse) == len(NAMES)
    assert (
        one(wide, "select count(*) from pg_constraint where conrelid = 'public.wide'::regclass and contype = 'c'") == 0
    )
    assert sum(lock.scans for statement in plan.statements for lock in statement.locks) == 1


def test_columns_that_hold_null_are_named_by_the_query(database: Database, wide: Connection):
    wide.execute("update public.wide set c3 = null, c7 = null where id < 3")
    wide.execute("update public.wide set c7 = null where id = 5")

    with managed(database.url) as objects, pytest.raises(PreconditionError) as refused:
        objects.apply(PATCH)

    assert "2 columns of public.wide, which are to be NOT NULL, hold NULL" in refused.value.what
    query = refused.value.remedy.partition("found by: ")[2]
    assert wide.execute(query.encode()).fetchall() == [("c3", 2), ("c7", 3)]
