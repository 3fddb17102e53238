"""Whatever is killed in the middle of a deployment, the next one finds its way."""

from __future__ import annotations

import os
import signal
from typing import LiteralString

import pytest

from supaschema.declarations import Bucket, Index
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.processes import alive, providers, runs, until
from tests.support.pulumi import Declared, Stack
from tests.support.sessions import Connection
from tests.support.survey import schema

BUCKET = Declared("bucket", Bucket(name="beside"))
INDEX = Declared("index", Index(name="users_by_role", table="users", keys=("role",)), after=("bucket",))

SECONDS = 60
_OURS: LiteralString = """
    select pid from pg_stat_activity where datname = current_database() and application_name = 'supaschema'
"""
_INVALID: LiteralString = "select indexrelid::regclass::text from pg_index where not indisvalid"


@pytest.mark.long
@pytest.mark.parametrize(
    ("victim", "checkpoints"),
    [
        pytest.param("engine", "written", id="engine that writes its state after each step"),
        pytest.param("provider", "skipped", id="provider"),
    ],
)
def test_what_was_killed_is_taken_up_where_it_was(
    objects: Stack, database: Database, connection: Connection, victim: str, checkpoints: str
) -> None:
    before = schema(database)
    stack = objects.having(PULUMI_SKIP_CHECKPOINTS=str(checkpoints == "skipped").lower())
    stack.declare(BUCKET, INDEX)
    with database.connect() as writer, stack.started("up", "--yes", "--skip-preview") as up, writer.transaction():
        writer.execute("lock table users in row exclusive mode")
        assert until(lambda: runs(connection, "create index concurrently"), SECONDS)
        (provider,) = providers(up.pid)
        os.kill(up.pid if victim == "engine" else provider, signal.SIGKILL)
        up.communicate(timeout=SECONDS)
        assert up.returncode != 0
        assert until(lambda: not alive(provider), SECONDS)
        assert until(lambda: not column(connection, _OURS), SECONDS)

    if victim == "engine":
        stack.run("cancel", "--yes")
    stack.up()
    assert column(connection, _INVALID) == []
    assert stack.clean()
    stack.destroy()
    assert schema(database) == before
