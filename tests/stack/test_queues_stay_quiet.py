"""Nobody notices a deployment: no worker, no reader, no writer, and nobody who would like to see more."""

from __future__ import annotations

from pathlib import Path
from typing import LiteralString

import pytest

from localdb import platform
from localdb.platform import DefaultPrivileges
from tests.fixtures.postgres import Database, MakeDatabase
from tests.support.catalog import column
from tests.support.pulumi import connector_stack
from tests.support.sessions import Connection
from tests.support.traffic import traffic
from tests.support.watching import watching

DOCUMENTS = 12_000

# Who may do what: privileges on relations, columns and functions, policies, and tables without row level security.
_OPEN: LiteralString = """
    with roles as (
      select oid, rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role')
      union all select 0, 'public'),
    relations as (
      select * from pg_class
       where relnamespace in ('public'::regnamespace, to_regnamespace('private')) and relkind in ('r', 'v'))
    select r.rolname || ' ' || a.privilege_type || ' ' || c.relname
      from relations c, aclexplode(c.relacl) a
      join roles r on r.oid = a.grantee
    union all
    select r.rolname || ' ' || a.privilege_type || ' ' || c.relname || '.' || t.attname
      from relations c
      join pg_attribute t on t.attrelid = c.oid and not t.attisdropped, aclexplode(t.attacl) a
      join roles r on r.oid = a.grantee
    union all
    select r.rolname || ' ' || a.privilege_type || ' ' || p.proname
      from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
      join roles r on r.oid = a.grantee
     where p.pronamespace in ('public'::regnamespace, to_regnamespace('private'))
    union all
    select 'policy ' || p.polname || ' on ' || c.relname || ': ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '')
      from relations c join pg_policy p on p.polrelid = c.oid
     -- The rows are those of the statement's beginning, the expression's text is of now: what a transaction in between
     -- has dropped, policy and column, shows as this, to nobody but who asks so.
     where coalesce(pg_get_expr(p.polqual, p.polrelid), '') not like '%?dropped?column?%'
    union all
    select 'no row level security on ' || relname from relations where relkind = 'r' and not relrowsecurity
"""


@pytest.fixture
def crowded(make_database: MakeDatabase) -> Database:
    """A database with enough rows for a deployment to take its time, which gives new objects to everybody."""
    database = make_database(DefaultPrivileges.LEGACY)
    platform.load_sample(database.url, DOCUMENTS)
    return database


@pytest.mark.long
def test_nobody_notices_a_deployment(tmp_path: Path, crowded: Database) -> None:
    stack = connector_stack(tmp_path / "project", crowded.url)
    looks = traffic(crowded)
    for deploy in (stack.up, stack.destroy, stack.up):
        with watching(crowded, *looks):
            deploy()


@pytest.mark.long
def test_access_is_never_wider_than_before_and_after(tmp_path: Path, crowded: Database) -> None:
    stack = connector_stack(tmp_path / "project", crowded.url)
    seen: set[object] = set()

    def look(connection: Connection) -> list[str]:
        # A look that began before a policy went may be told its text after a column went too: it is of no moment.
        seen.update(text for text in column(connection, _OPEN) if '"?dropped?column?"' not in str(text))
        return []

    with crowded.connect() as connection:
        before = set(column(connection, _OPEN))
        with watching(crowded, look):
            stack.up()
        after = set(column(connection, _OPEN))
        assert seen <= before | after
        seen.clear()
        with watching(crowded, look):
            stack.destroy()
        assert seen <= before | after
        assert set(column(connection, _OPEN)) == before
