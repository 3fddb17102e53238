"""Killed again and again, at any step, the connector system still comes whole and goes without a trace.

CHAOS_KILLS says how often (4: two on the way up, two on the way down), CHAOS_SEED which way; a failure names its seed.
"""

from __future__ import annotations

import os
import random
import signal
from typing import LiteralString

import pytest
from psycopg import errors

from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.processes import alive, providers, until
from tests.support.pulumi import Stack
from tests.support.sessions import Connection
from tests.support.survey import lost, rows, schema, table_columns

KILLS = int(os.environ.get("CHAOS_KILLS", "4"))
SEED = os.environ.get("CHAOS_SEED") or str(random.SystemRandom().randrange(10**6))
STATEMENTS = 150
"""Statements, at most, before a kill: less than an `up` or a `destroy` runs."""
SECONDS = 120

_OURS: LiteralString = """
    select pid from pg_stat_activity where datname = current_database() and application_name = 'supaschema'
"""


@pytest.mark.long
def test_killed_at_any_step_a_stack_comes_whole_and_goes_without_a_trace(connectors: Stack, database: Database) -> None:
    dice = random.Random(SEED)  # noqa: S311 - a seed that is told makes a failure repeatable
    with database.connect_superuser() as watcher:
        columns = table_columns(watcher)
        rows_before, schema_before = rows(watcher, columns), schema(database)

        for _ in range(KILLS // 2):
            kill(connectors, "up", watcher, dice)
        connectors.up()
        assert connectors.clean(), SEED
        assert column(watcher, "select indexrelid::regclass::text from pg_index where not indisvalid") == [], SEED
        assert lost(rows_before, rows(watcher, columns)) == {}, SEED

        for _ in range(KILLS // 2):
            kill(connectors, "destroy", watcher, dice)
        connectors.destroy()
        assert schema(database).splitlines() == schema_before.splitlines(), SEED
        assert rows(watcher, columns) == rows_before, SEED


def kill(stack: Stack, command: str, watcher: Connection, dice: random.Random) -> None:
    """Kill the engine or the provider of a run once it has come so far; what it leaves behind ends by itself."""
    victim, steps = dice.choice(["engine", "provider"]), dice.randrange(STATEMENTS)
    goal = history(watcher) + steps
    with stack.started(command, "--yes", "--skip-preview") as run:
        started: list[int] = []

        def so_far() -> bool:
            started.extend(providers(run.pid))
            return run.poll() is not None or (bool(started) and history(watcher) >= goal)

        assert until(so_far, SECONDS), SEED
        process = started[-1] if victim == "provider" and started else run.pid
        if alive(process):
            os.kill(process, signal.SIGKILL)
        run.communicate(timeout=SECONDS)
        assert until(lambda: not any(map(alive, started)), SECONDS), SEED
        assert until(lambda: not column(watcher, _OURS), SECONDS), SEED
    stack.run("cancel", "--yes", ok=None)


def history(watcher: Connection) -> int:
    """Return how many statements were ever run; 0 where there is no ledger."""
    try:
        return int(str(one(watcher, "select count(*) from supaschema.history")))
    except errors.UndefinedTable:
        return 0
