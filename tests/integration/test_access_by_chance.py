"""Grants, policies and views by chance: what is worked out for each role is what the server then lets it read."""

from __future__ import annotations

import random
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors, sql

from localdb.platform import drop_database
from supaschema.review.access.model import Thing
from supaschema.review.access.read import read
from supaschema.review.access.rights import Key, Rights, rights
from tests.fixtures.postgres import Server, create
from tests.support.catalog import column
from tests.support.sessions import Connection

_SEEDS = range(30)
_KINDS = {"a": "table", "b": "table", "v": "view", "w": "view", "u": "view"}
_ROLES = ("anon", "keeper", "service_role")
_TABLES = (
    "create table public.a (x int, y int)",
    "create table public.b (x int, y int)",
    "create function public.f() returns boolean language sql as 'select true'",
    "create function public.g() returns boolean language sql security definer as 'select true'",
    "revoke all on public.a, public.b from anon, authenticated, service_role",
)


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    """A superuser's connection to an empty database, in a transaction that ends with the module."""
    database = create(server, "test_by_chance")
    with psycopg.connect(database.superuser_url, autocommit=True) as connected:
        connected.execute("set search_path = ''")
        with connected.transaction(force_rollback=True):
            connected.execute("create role keeper nologin")
            connected.execute("grant usage on schema public to keeper")
            yield connected
    drop_database(server.superuser_url, database.name)


def statements(chance: random.Random) -> Iterator[str]:
    """Yield the statements of an application that nobody would write."""
    yield from _TABLES
    for name in "fg":
        if chance.random() < 0.4:
            yield f"revoke execute on function public.{name}() from public, anon"
            yield f"grant execute on function public.{name}() to {chance.choice(('anon', 'service_role'))}"
    for name in "ab":
        for words in ("enable", "force"):
            if chance.random() < 0.4:
                yield f"alter table public.{name} {words} row level security"
    yield from views(chance)
    yield from grants(chance)
    yield from policies(chance)


def views(chance: random.Random) -> Iterator[str]:
    asking = ("", "", "public.f()", "public.g()", "exists (select from public.b o where o.y = 1)")
    for view, bases in (("v", "a"), ("w", "abv"), ("u", "vw")):
        base, condition = chance.choice(bases), chance.choice(asking)
        columns = chance.choice(("x", "x, y", "y", "1 as one")) if base in "ab" else "1 as one"
        invoker = str(chance.random() < 0.5).lower()
        where = f" where {condition}" if condition else ""
        yield (
            f"create view public.{view} with (security_invoker = {invoker}) as "
            f"select {columns} from public.{base}{where}"
        )
        if chance.random() < 0.25:
            yield f"alter view public.{view} owner to keeper"
    yield "revoke all on public.v, public.w, public.u from anon, authenticated, service_role"


def grants(chance: random.Random) -> Iterator[str]:
    for role in ("anon", "keeper", "public"):
        for name in _KINDS:
            drawn = chance.random()
            if drawn < 0.5:
                yield f"grant select on public.{name} to {role}"
            elif drawn < 0.7 and name in "ab":
                yield f"grant select ({chance.choice('xy')}) on public.{name} to {role}"


def policies(chance: random.Random) -> Iterator[str]:
    for number in range(chance.randrange(4)):
        table, to = chance.choice("ab"), chance.choice(("anon", "public", "keeper", "authenticated"))
        # Only one way, for the server refuses policies that ask each other.
        other = "exists (select from public.b o where o.x = 1)" if table == "a" else "y = 2"
        using = chance.choice(("true", "false", "x = 1", other, "public.f()", "public.g()"))
        kind = chance.choice(("", "as restrictive "))
        yield f"create policy p{number} on public.{table} {kind}for select to {to} using ({using})"


@pytest.mark.parametrize("seed", _SEEDS)
def test_what_is_worked_out_is_what_the_server_lets_a_role_read(connection: Connection, seed: int) -> None:
    with connection.transaction(force_rollback=True):
        for statement in statements(random.Random(seed)):  # noqa: S311 - nothing is kept secret by it
            connection.execute(statement.encode())
        found = rights(read(connection))
        wrong = [
            f"{role}, {name}"
            for role in _ROLES
            for name, kind in _KINDS.items()
            if not agrees(connection, found, Key(role, Thing(kind, f"public.{name}"), "select"))
        ]

    assert wrong == []


def agrees(connection: Connection, found: Rights, key: Key) -> bool:
    """Return whether a role may read something, in all columns that it is granted, just where that is worked out."""
    query = "select a.attname from pg_attribute a where a.attrelid = %s::regclass and a.attnum > 0"
    may = " and has_column_privilege(%s, a.attrelid, a.attnum, 'select')"
    columns = [str(name) for name in column(connection, query + may, key.thing.name, key.role)]
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(key.role)))
            rows = sql.SQL("select {} from {}").format(listed, sql.Identifier(*key.thing.name.split(".")))
            connection.execute(rows)
    except errors.InsufficientPrivilege as error:
        grant = found.allowed.get(key)
        # Whether a function is called where there is no row to begin with is the planner's business: 15 does it.
        in_vain = grant is not None and any(gate.is_closed for gate in grant.gates)
        return grant is None or (in_vain and "permission denied for function" in str(error))
    if key in found.allowed:
        return True
    if key in found.broken:
        # Where what stands behind a function has no row, the function that nobody may call is never called, which no
        # catalog tells of every view.
        return all(need.verb == "execute" for need in found.broken[key])
    return reads_in_vain(connection, key, listed)


def reads_in_vain(connection: Connection, key: Key, columns: sql.Composed) -> bool:
    """Return whether no policy admits a row of a table to a role: of rows of every sort that is asked for, none."""
    table = sql.Identifier(*key.thing.name.split("."))
    with connection.transaction(force_rollback=True):
        connection.execute("insert into public.b values (1, 1), (1, 2), (2, 2)")
        connection.execute("insert into public.a values (1, 1), (1, 2), (2, 2)")
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(key.role)))
        rows = connection.execute(sql.SQL("select {} from {}").format(columns, table)).fetchall()
    return key.thing.kind == "table" and not rows


def test_what_is_not_worked_out_is_found_out(connection: Connection) -> None:
    with connection.transaction(force_rollback=True):
        for statement in (*_TABLES, "create view public.v as select 1 as one", "grant select on public.a to anon"):
            connection.execute(statement.encode())
        connection.execute("grant select on public.v, public.b to anon")
        connection.execute("alter table public.b enable row level security")
        keys = [Key("anon", Thing(_KINDS[name], f"public.{name}"), "select") for name in "avb"]

        assert [agrees(connection, Rights(), key) for key in keys] == [False, False, True]
