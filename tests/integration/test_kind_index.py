"""Indexes on a database that is there: what is said of a build that fails."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from supaschema.core.errors import ApplyError
from supaschema.core.model import Mode
from supaschema.declarations import Index, TablePatch, Unique
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.objects import managed
from tests.support.sessions import Connection

INVALID = "select indexrelid::regclass::text from pg_index where not indisvalid"

# No row tells it: only a build is refused.
REFUSES_TO_BE_BUILT = """
    create function same(t text) returns text immutable language plpgsql as $$ begin
      if exists (select from pg_stat_progress_create_index where pid = pg_backend_pid()) then
        raise exception 'no';
      end if;
      return t;
    end $$
"""


def test_a_build_that_fails_names_the_invalid_index_and_the_next_one_removes_it(
    database: Database, connection: Connection
):
    connection.execute("create table public.parts (n integer, t text)")
    connection.execute("insert into public.parts values (1, 'a')")
    connection.execute(REFUSES_TO_BE_BUILT)
    texts = Index(name="texts", table="parts", keys=("public.same(t)",))

    with managed(database.url) as objects:
        with pytest.raises(ApplyError) as failed:
            objects.apply(texts)
        left = column(connection, INVALID)
        connection.execute("create or replace function same(t text) returns text immutable return t")
        objects.apply(texts)

    (name,) = left
    assert f"A failed build leaves {name} invalid; the next run removes it." in failed.value.remedy
    assert "rolled back" not in failed.value.remedy
    assert column(connection, INVALID) == []


KEY = TablePatch(table="parts", uniques=(Unique(columns=("n",), name="once"),))
PLAIN = Index(name="numbers", table="parts", keys=("n",))


def waited_for(connection: Connection, seconds: float = 10) -> list[object]:
    """Return the mode of each lock on the table that is waited for, once there is one."""
    query = "select mode from pg_locks where relation = 'public.parts'::regclass and not granted"
    end = time.monotonic() + seconds
    while not (found := column(connection, query)) and time.monotonic() < end:
        time.sleep(0.01)
    return found


@pytest.mark.parametrize("declared", [PLAIN, KEY], ids=["index", "unique"])
@pytest.mark.parametrize("goes", [False, True], ids=["comes", "goes"])
def test_what_runs_outside_of_a_transaction_waits_for_the_lock_that_it_announces(
    database: Database, connection: Connection, declared: Index | TablePatch, *, goes: bool
):
    connection.execute("create table public.parts (n integer)")
    with managed(database.url) as objects, database.connect() as holder:
        if goes:
            objects.apply(declared)
        plan = objects.removal(declared) if goes else objects.preview(declared)
        first = next(statement for statement in plan.statements if statement.locks)
        announced = [f"{lock.mode.value.title().replace(' ', '')}Lock" for lock in first.locks]
        with ThreadPoolExecutor() as threads:
            # The weakest that keeps out whatever builds or drops an index, or alters the table.
            holder.execute("begin; lock table public.parts in share update exclusive mode")
            running = threads.submit(objects.remove if goes else objects.apply, declared)
            seen = waited_for(connection)
            holder.execute("rollback")
            running.result()

    assert first.mode is (Mode.TRANSACTION if goes and declared is KEY else Mode.ALONE)
    assert seen == announced
