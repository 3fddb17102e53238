"""An operator or a type that somebody made for operands which the server has none for runs in no session of ours.

The server takes an operator of just these types, wherever on the search_path it is, before one of its own that converts
them: `oid = integer` is one.
"""

from __future__ import annotations

from typing import LiteralString

import pytest

from connectors import role_statements
from connectors.security import findings
from roles import SCHEMA_AUDITOR
from supaschema.command.cli import main
from supaschema.core.errors import LockWaitError
from supaschema.database.connect import connect
from supaschema.database.settings import URL_VARIABLE, Settings
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import NAME, Stranger
from tests.support.catalog import one
from tests.support.declared import notes
from tests.support.objects import managed

_PLANT: LiteralString = """
    do $plant$
    declare
      types constant text[] := array['oid', 'smallint', 'integer', 'bigint', 'text', 'name', '"char"', 'boolean', 'xid',
        'double precision', 'timestamptz', 'interval', 'regclass', 'text[]'];
      signs constant text[] := array['=', '<>', '<', '>', '||', '-', '*', '~~'];
      planted record;
    begin
      for planted in
        select a.name as before, b.name as after, s.sign, pg_catalog.row_number() over () as place
          from unnest(types) as a(name) cross join unnest(types) as b(name) cross join unnest(signs) as s(sign)
         where {which}
      loop
        execute format('create function public.planted_%s(%s, %s) returns %s language plpgsql as '
                       || '''begin perform strange.note(); return null; end''', planted.place, planted.before,
                       planted.after, case when planted.sign in ('||', '-', '*') then planted.after else 'boolean' end);
        execute format('create operator public.%s (leftarg = %s, rightarg = %s, function = public.planted_%s)',
                       planted.sign, planted.before, planted.after, planted.place);
      end loop;
    end
    $plant$
"""
_NOT_THE_SERVERS = """not exists (
    select from pg_catalog.pg_operator o
     where o.oprname = s.sign and o.oprleft = a.name::pg_catalog.regtype and o.oprright = b.name::pg_catalog.regtype)"""
_TYPE = "create domain public.text as pg_catalog.text check (strange.note())"


@pytest.mark.parametrize("path", ["", "public, pg_catalog"], ids=["usual path", "path of the role"])
def test_no_operator_and_no_type_of_others_runs_in_a_session_of_ours(
    database: Database, stranger: Stranger, monkeypatch: pytest.MonkeyPatch, path: str
):
    stranger.platform.execute(f"grant usage, create on schema public to {NAME}".encode())
    stranger.connection.execute(_PLANT.format(which="true" if path else _NOT_THE_SERVERS).encode())
    if path:
        stranger.connection.execute(_TYPE)
        stranger.platform.execute(
            f'alter role postgres in database "{database.name}" set search_path = {path}'.encode()
        )
    with database.connect() as owner:
        one(owner, "select count(*) from pg_catalog.pg_class c where c.oid = 1")
    assert stranger.ran() == ["postgres"]
    stranger.platform.execute("truncate strange.runs")
    monkeypatch.setenv(URL_VARIABLE, database.url)

    with managed(database.url) as objects, managed(database.url, lock_wait_ms=200) as others:
        objects.begin()
        objects.apply(notes())
        with pytest.raises(LockWaitError, match="another deployment is writing"):
            others.begin()
        with database.connect() as holder, holder.transaction():
            holder.execute("lock table public.notes")
            with pytest.raises(LockWaitError, match="It is held by process"):
                others.apply(notes())
    assert main(["status"]) == 0
    with connect(Settings(database.url)) as connection:
        findings(connection, exposed=("public",))
        role_statements.apply(connection, SCHEMA_AUDITOR, None)
        role_statements.drop(connection, SCHEMA_AUDITOR)

    assert stranger.ran() == []
