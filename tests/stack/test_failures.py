"""What goes wrong in the middle of a deployment leaves nothing that the next one does not mend."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
import pytest

from supaschema.declarations import Check, Column, Declaration, Index, TablePatch, Unique
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.declared import statements
from tests.support.processes import alive, providers, runs, until
from tests.support.pulumi import Declared, Stack
from tests.support.sessions import Connection
from tests.support.survey import schema

SECONDS = 25
"""More than a run takes to end on a busy machine, and much less than it would wait for a lock."""

NOTE = Column(name="note", type="text")
PAUSABLE = Declared("jobs", TablePatch(table="jobs", columns=(NOTE,)))
INDEX = Declared("index", Index(name="idx_users_role", table="users", keys=("role",)))
COLUMN = Declared("column", TablePatch(table="users", columns=(NOTE,)))

CASES: dict[str, tuple[Declaration, LiteralString, LiteralString]] = {
    "unique": (
        TablePatch(table="events", columns=(NOTE,), uniques=(Unique(columns=("type",)),)),
        "insert into events (type, payload) values ('same', '{}'), ('same', '{}')",
        "delete from events",
    ),
    "check": (
        TablePatch(table="events", columns=(NOTE,), checks=(Check(name="known", expression="type <> 'odd'"),)),
        "insert into events (type, payload) values ('odd', '{}')",
        "delete from events where type = 'odd'",
    ),
}


@pytest.fixture
def watcher(database: Database) -> Iterator[Connection]:
    """A superuser's connection to the test's database."""
    with database.connect_superuser() as connection:
        yield connection


@pytest.mark.long
@pytest.mark.parametrize("case", CASES)
def test_rows_in_the_way_stop_a_deployment_which_goes_on_once_they_are_mended(
    objects: Stack, database: Database, watcher: Connection, case: str
) -> None:
    declaration, spoil, mend = CASES[case]
    watcher.execute("delete from events")
    watcher.execute(spoil)
    before = schema(database)
    objects.declare(Declared("events", declaration))
    objects.up(ok=False)

    watcher.execute(mend)
    ran = statements(watcher)
    objects.up()
    whole = statements(watcher)
    assert isinstance(whole, int)
    assert isinstance(ran, int)
    assert whole > ran
    assert one(watcher, "select count(*) from supaschema.history where statement ilike '%add column%'") == 1
    assert objects.clean()
    objects.destroy()
    assert schema(database) == before


@pytest.mark.long
@pytest.mark.parametrize(("declared", "waiting"), [(INDEX, "create index"), (COLUMN, "alter table")])
def test_an_interrupted_deployment_ends_soon_and_the_next_one_converges(
    objects: Stack, database: Database, watcher: Connection, declared: Declared, waiting: str
) -> None:
    objects.declare(declared)
    with locked(database, "row exclusive"), running(objects) as process:
        assert until(lambda: runs(watcher, waiting), SECONDS)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)
    objects.up()
    assert objects.clean()


@pytest.mark.parametrize(("declared", "waiting"), [(INDEX, "create index"), (COLUMN, "alter table")])
def test_a_killed_deployment_leaves_no_process_and_the_next_one_converges(
    objects: Stack, database: Database, watcher: Connection, declared: Declared, waiting: str
) -> None:
    objects.declare(declared, PAUSABLE)
    with locked(database, "row exclusive"), running(objects) as process:
        assert until(lambda: runs(watcher, waiting), SECONDS)
        left = providers(process.pid)
        assert left
        process.kill()
        process.wait()
        assert until(lambda: not any(map(alive, left)), SECONDS)
    objects.run("cancel", "--yes")
    objects.up()
    assert objects.clean()


@contextmanager
def locked(database: Database, mode: LiteralString) -> Iterator[int]:
    """Hold a lock on the table of users; give the holder's process."""
    with psycopg.connect(database.url, application_name="reporting") as holder:
        holder.execute(f"lock table public.users in {mode} mode")
        yield holder.info.backend_pid


@contextmanager
def running(stack: Stack) -> Iterator[subprocess.Popen[str]]:
    """Start `pulumi up`; it has ended when the block has."""
    process = stack.start("up", "--yes", "--skip-preview")
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
