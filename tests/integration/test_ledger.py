"""The ledger is made once, however many begin to write at the same time."""

from __future__ import annotations

import json
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
from supaschema.engine.snapshot import Reader
from supaschema.ledger import Ledger
from supaschema.ledger.store import MAKING, SCHEMA_FILE, VERSION
from supaschema.registry import DEFINITIONS, KINDS
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.objects import managed
from tests.support.sessions import Connection

_NO_KEYS = (
    "",
    "x",
    "7",
    "[]",
    '["table"]',
    '["table", 7]',
    '["table", null]',
    '{"table": "notes"}',
    '["table", "notes"]',
    '["function", "code"]',
    '["type_grants", "mood"]',
    '["column", "public", "notes"]',
    '["default_grants", "postgres"]',
    '["statistics", "public", "notes", "public"]',
)
_WRITTEN_BY_HAND = (
    ("before", '{"comment": 7}'),
    ("former", '[{"object": "x", "spoken": true}]'),
    ("former", '[{"spoken": true}]'),
    ("former", '[{"object": "[\\"column\\", \\"x\\"]", "spoken": true}]'),
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
    for key in _NO_KEYS:
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
            pytest.raises(OwnershipError, match=r"""row of schema next|its key is '(x|\["column)"""),
        ):
            objects.preview(Schema(name="next"))
        connection.execute(held, [None, was])


_OF_MANY_PARTS = """
    create table public.many (a integer, b integer);
    create statistics public.some on a, b from public.many;
    create publication many for table public.many;
    create rule none as on delete to public.many do instead nothing;
    create domain public.small as integer check (value < 9);
    create type public.pair as (a integer);
    create aggregate public.most(integer) (sfunc = int4larger, stype = integer);
    alter default privileges grant select on tables to authenticated
"""


def test_a_kind_says_how_many_parts_its_names_have_at_least(deployed: Database) -> None:
    with deployed.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute(_OF_MANY_PARTS)
        live = Reader(KINDS.values()).read(connection).facts
    fewest: dict[str, int] = {}
    for id in live:
        fewest[id.kind] = min(len(id.name), fewest.get(id.kind, len(id.name)))
    assert {"column", "policy", "statistics", "publication_table", "domain_check", "aggregate", "rule"} <= {*fewest}
    assert fewest == {name: max(KINDS[name].parts, KINDS[name].family.parts) for name in fewest}


def test_a_row_of_another_version_is_told_and_hinders_no_sweep(
    database: Database, connection: Connection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(URL_VARIABLE, database.url)
    with managed(database.url) as objects:
        objects.apply(Schema(name="next"))
    # Without a row of a known kind, too, something unmanaged is given the statement that undoes it.
    connection.execute(
        """update supaschema.objects set object = replace(object, '["schema', '["tide');
        create function public.nothing() returns event_trigger language plpgsql as 'begin end'"""
    )
    with database.connect_superuser() as platform:
        platform.execute("create event trigger unasked on ddl_command_end execute function public.nothing()")

    main(["drift", "--format", "json"])

    findings = {item["kind"]: item for item in json.loads(capsys.readouterr().out)["findings"]}
    assert (findings["tide"]["topic"], findings["tide"]["name"]) == ("could not tell", "next")
    assert findings["tide"]["why"] == "recorded by another version of this library: kind tide"
    assert 'drop event trigger "unasked";' in findings["event trigger"]["repair"]


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
