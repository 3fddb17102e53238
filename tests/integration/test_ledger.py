"""The ledger is made once, however many begin to write at the same time."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import sql

from supaschema.command.cli import main
from supaschema.core.errors import OwnershipError
from supaschema.database.connect import Database as Managed
from supaschema.database.connect import Server
from supaschema.database.settings import URL_VARIABLE, Settings
from supaschema.declarations import Schema
from supaschema.ledger import Ledger
from supaschema.ledger.store import MAKING, SCHEMA_FILE, VERSION
from supaschema.registry import DEFINITIONS
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.objects import managed
from tests.support.sessions import Connection

_WRITTEN_BY_HAND = (
    ("before", '{"comment": 7}'),
    ("former", '[{"object": "x", "spoken": true}]'),
    ("former", '[{"spoken": true}]'),
    ("former", "7"),
    ("labels", '[{"former": "a"}]'),
)


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
            first.execute("select pg_advisory_xact_lock(%s)", [MAKING])
            waiting = pool.submit(install, second, server)
            while not one(first, "select exists (select from pg_locks where locktype = 'advisory' and not granted)"):
                pass
            first.execute(SCHEMA_FILE.read_bytes())
        waiting.result(timeout=30)
        assert one(second, "select count(*) from supaschema.objects") == 0


def test_a_ledger_that_looks_unused_stays_while_somebody_goes_on_with_it(database: Database) -> None:
    store = Ledger(DEFINITIONS)
    with database.connect() as first, database.connect() as second:
        install(first, Managed(Settings(database_url=database.url)).server)
        with store.in_use(first):
            assert store.drop_if_unused(second) is False
        assert store.drop_if_unused(second) is True
        assert one(first, "select to_regnamespace('supaschema')") is None


def test_a_row_that_somebody_else_wrote_is_told_with_its_key(
    database: Database, connection: Connection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(URL_VARIABLE, database.url)
    with managed(database.url) as objects:
        objects.apply(Schema(name="next"))
    was = one(connection, "select object from supaschema.objects where object like '[\"schema\"%'")
    for key in ("", "x", "7", "[]", '["table"]', '["table", 7]', '["table", null]', '{"table": "notes"}'):
        connection.execute("update supaschema.objects set object = %s where object = %s", [key, was])
        with managed(database.url) as objects, pytest.raises(OwnershipError, match=re.escape(f"its key is {key!r}")):
            objects.preview(Schema(name="next"))
        assert main(["drift"]) == 1
        assert f"its key is {key!r}" in capsys.readouterr().err
        connection.execute("update supaschema.objects set object = %s where object = %s", [was, key])

    for name, value in _WRITTEN_BY_HAND:
        held = sql.SQL("update supaschema.objects set {} = %s::jsonb where object = %s").format(sql.Identifier(name))
        connection.execute(held, [value, was])
        with (
            managed(database.url) as objects,
            pytest.raises(OwnershipError, match=r"row of schema next|its key is 'x'"),
        ):
            objects.preview(Schema(name="next"))
        connection.execute(held, [None, was])


_WATCHED = """
    create table public.seen (tag text, setting text);
    create function public.see() returns event_trigger language plpgsql as
      $$ begin insert into public.seen values (tg_tag, current_setting('idle_in_transaction_session_timeout')); end $$;
    create event trigger seeing on ddl_command_start execute function public.see();
    grant insert on public.seen to public
"""


def test_a_client_that_vanishes_while_it_makes_the_ledger_is_not_waited_for(database: Database) -> None:
    with database.connect_superuser() as platform:
        platform.execute(_WATCHED)
        managing = Managed(Settings(database_url=database.url))
        with managing.connection() as pooled:
            assert one(pooled, "show idle_in_transaction_session_timeout") == "1min"
            install(pooled, managing.server)
            Ledger(DEFINITIONS).drop_if_unused(pooled)
            assert one(pooled, "show idle_in_transaction_session_timeout") == "1min"
        managing.close()

        seen = platform.execute("select distinct tag, setting from public.seen where tag like '% SCHEMA'").fetchall()
    assert sorted(seen) == [("CREATE SCHEMA", "20s"), ("DROP SCHEMA", "20s")]


_PATHS = """
    select p.oid::regprocedure::text, p.proconfig[1] from pg_proc as p
     where p.pronamespace in ('supaschema'::regnamespace, 'supaschema_archive'::regnamespace) order by 1
"""
_AGE = """
    do $$
    declare
      old pg_catalog.regprocedure;
    begin
      for old in select oid from pg_proc where pronamespace = 'supaschema'::regnamespace loop
        execute format('alter function %s set search_path = %L', old, '');
      end loop;
    end $$;
    create function supaschema_archive."keep public.x"() returns trigger language plpgsql security definer
      set search_path = '' as 'begin return null; end';
    comment on schema supaschema is 'The ledger of supaschema, version 2.'
"""


def test_an_older_ledgers_functions_look_at_temporary_objects_last_after_the_next_write(database: Database) -> None:
    server = Managed(Settings(database_url=database.url)).server
    with database.connect() as owner:
        install(owner, server)
        owner.execute("insert into supaschema.backfills (relation, name, definition) values ('public.x', 'y', '{}')")
        owner.execute(_AGE.encode())
        before = paths(owner)
        with managed(database.url) as objects:
            objects.apply(Schema(name="next"))
        after = paths(owner)
        kept = one(owner, "select count(*) from supaschema.backfills")
        version = one(owner, "select obj_description('supaschema'::regnamespace, 'pg_namespace')")

    assert (list(before), len(before)) == (list(after), 11)
    assert set(before.values()) == {'search_path=""'}
    assert set(after.values()) == {"search_path=pg_catalog, pg_temp"}
    assert (kept, version) == (1, f"The ledger of supaschema, version {VERSION}.")


def paths(connection: Connection) -> dict[object, object]:
    """Return the search path of each function of the ledger and the archive."""
    return {row[0]: row[1] for row in connection.execute(_PATHS.encode())}


def install(connection: psycopg.Connection[tuple[object, ...]], server: Server) -> None:
    """Make the ledger."""
    Ledger(DEFINITIONS).install(connection, server)
