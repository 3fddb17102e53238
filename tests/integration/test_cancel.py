"""A deployment that is cancelled ends, whatever it waits for."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from supaschema.core.errors import ApplyError
from supaschema.database.connect import Database as Connected
from supaschema.database.settings import Settings
from supaschema.declarations import Column, TablePatch
from supaschema.engine.pipeline import Pipeline
from supaschema.registry import KINDS
from supaschema.resources.table_patch import TablePatchResource
from tests.fixtures.postgres import Database

URN = "urn:pulumi:test::objects::supaschema:index:TablePatch::users"


def test_cancelling_ends_the_pause_between_two_attempts_for_a_lock(database: Database) -> None:
    pipeline = Pipeline(Connected(Settings(database_url=database.url, lock_wait_ms=15_000)), KINDS)
    declared = TablePatch(table="users", columns=(Column(name="note", type="text"),))
    intent = pipeline.intent(TablePatchResource(), URN, declared)
    with ThreadPoolExecutor(1) as pool, database.connect() as holder, holder.transaction():
        holder.execute("lock table users in row exclusive mode")
        applying = pool.submit(pipeline.apply, intent, "users")
        # Long enough for the pauses to be much longer than the attempts.
        time.sleep(2)
        pipeline.database.cancel()
        with pytest.raises(ApplyError, match=r"was cancelled|canceling statement due to user request"):
            applying.result(timeout=10)
    pipeline.close()
