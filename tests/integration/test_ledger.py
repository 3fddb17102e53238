"""The ledger is made once, however many begin to write at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg

from supaschema.connect import Database as Managed
from supaschema.connect import Server
from supaschema.ledger import Ledger
from supaschema.ledger.store import _MAKING, SCHEMA_FILE
from supaschema.registry import KINDS
from supaschema.settings import Settings
from tests.fixtures.postgres import Database
from tests.support.catalog import one


def test_who_waited_for_the_ledger_finds_it_made(database: Database) -> None:
    server = Managed(Settings(database_url=database.url)).server
    with database.connect() as first, database.connect() as second, ThreadPoolExecutor(1) as pool:
        # What the server remembers of a schema that is not there must not outlive the wait. Its memory is renewed
        # whenever it looks something up, so what making a schema needs besides is remembered too.
        second.execute("create schema other")
        second.execute("drop schema other")
        assert one(second, "select has_database_privilege(current_database(), 'create')") is True
        assert one(second, "select to_regclass('supaschema.backfills')") is None
        with first.transaction():
            first.execute("select pg_advisory_xact_lock(%s)", [_MAKING])
            waiting = pool.submit(install, second, server)
            while not one(first, "select exists (select from pg_locks where locktype = 'advisory' and not granted)"):
                pass
            first.execute(SCHEMA_FILE.read_bytes())
        waiting.result(timeout=30)
        assert one(second, "select count(*) from supaschema.objects") == 0


def install(connection: psycopg.Connection[tuple[object, ...]], server: Server) -> None:
    """Make the ledger."""
    Ledger(KINDS).install(connection, server)
