"""All there is to try at one moment: on every object that the database holds then, known beforehand or not."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import LiteralString, cast

from psycopg import sql

from tests.access import discovered
from tests.access.attempts import Tried
from tests.access.planted import PROBES
from tests.access.relations import Relation, column_trials, whole_trials
from tests.access.routines import CALLS, call_trials
from tests.access.storage import BUCKETS, file_trials
from tests.access.trials import Reading, Trial
from tests.support.catalog import column
from tests.support.sessions import Connection

Group = tuple[Hashable, tuple[Tried, ...]]
"""Trials that belong together, and what they are made from."""

_SCHEMAS: LiteralString = """
    select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> all(%s) order by 1
"""
_FUNCTIONS: LiteralString = """
    select n.nspname, p.proname,
           array(select format_type(t.type, null) from unnest(p.proargtypes) with ordinality as t (type, place)
                  order by t.place)
      from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
     where n.nspname = any(%s) and p.prokind in ('f', 'w')
     order by 1, 2, 3
"""
_ROLES: LiteralString = "select rolname from pg_roles where rolname !~ '^pg_' order by 1"
_PLATFORM = frozenset({"_platform", "auth", "cron", "extensions", "storage", "vault"})
"""Whose relations are read and inserted into: of them a stack changes the files' alone, which have their own trials."""
_ASIDE = ["information_schema", PROBES]
_MORE = {
    "insert for the own org, the application's columns": (
        "insert into public.connector_configs (org_id, connector_type, credentials) values (%(own)s, 'notion', '{}')"
    ),
    "insert for another org, the application's columns": (
        "insert into public.connector_configs (org_id, connector_type, credentials) values (%(other)s, 'notion', '{}')"
    ),
}


@dataclass(frozen=True, slots=True)
class Function:
    """A function as the catalog has it."""

    schema: str
    name: str
    arguments: tuple[str, ...]


def everything(connection: Connection) -> tuple[Group, ...]:
    """Return all that can be tried. Take a superuser's connection."""
    schemas = [str(name) for name in column(connection, _SCHEMAS, _ASIDE)]
    functions = cast("list[tuple[str, str, list[str]]]", connection.execute(_FUNCTIONS, [schemas]).fetchall())
    sequences = discovered.names(connection, "sequences", schemas, frozenset())
    called = [Function(schema, name, tuple(types)) for schema, name, types in functions if schema != "extensions"]
    return (
        *((relation, _relation(relation)) for relation in discovered.relations(connection, schemas, frozenset())),
        *((function, _function(function)) for function in called),
        *((name, _calls(name)) for name in sorted({f"{one.schema}.{one.name}" for one in called} & CALLS.keys())),
        *((("sequence", name), _sequence(name)) for name in sequences),
        *((bucket, _files(bucket)) for bucket in BUCKETS),
        (("schemas", *schemas), _schemas(tuple(schemas))),
        (("roles", *(roles := column(connection, _ROLES))), _roles(tuple(map(str, roles)))),
    )


@functools.cache
def _relation(relation: Relation) -> tuple[Tried, ...]:
    # Of no row and no column: whether anything at all may be inserted. What it may be, real rows try.
    insert = Trial(relation.name, "insert nothing", sql.SQL("insert into {} select where false").format(relation.sql))
    tried = [*_reads(relation), Tried(insert)]
    if relation.name.split(".")[0] not in _PLATFORM:
        tried += [Tried(_update(relation, name)) for name in relation.columns]
        tried += map(Tried, whole_trials(relation))
    if relation.name == "public.connector_configs":
        tried += [Tried(Trial(relation.name, verb, sql.SQL(text))) for verb, text in _MORE.items()]
    return tuple(tried)


def _reads(relation: Relation) -> Iterator[Tried]:
    """Return the trials of each column, after one of no column and one of all of them."""
    listed = sql.SQL(", ").join(map(sql.Identifier, relation.columns))
    for verb, columns in (("select nothing", sql.SQL("")), ("select every column", listed)):
        statement = sql.SQL("select {} from {}").format(columns, relation.sql)
        yield Tried(Trial(relation.name, verb, statement, Reading.ORGANIZATIONS))
    yield from (Tried(trial, done_by=1, refused_by=0) for trial in column_trials(relation, "select"))


def _update(relation: Relation, name: str) -> Trial:
    # Of every row that it reaches: what may be written of a column is what counts, not whether it may.
    statement = sql.SQL("update {} set {} = default").format(relation.sql, sql.Identifier(name))
    return Trial(relation.name, f"update {name}", statement, Reading.ORGANIZATIONS)


@functools.cache
def _function(function: Function) -> tuple[Tried, ...]:
    nulls = sql.SQL(", ").join(sql.SQL("null::" + type) for type in function.arguments)
    statement = sql.SQL("select {}({})").format(sql.Identifier(function.schema, function.name), nulls)
    signature = f"{function.schema}.{function.name}({', '.join(function.arguments)})"
    return (Tried(Trial(signature, "call with nulls", statement)),)


@functools.cache
def _calls(name: str) -> tuple[Tried, ...]:
    return tuple(map(Tried, call_trials(name)))


@functools.cache
def _sequence(name: str) -> tuple[Tried, ...]:
    # What it gives out is gone, even if nothing else is kept.
    next_value = sql.SQL("select pg_catalog.nextval({})").format(sql.Identifier(*name.split(".", 1)).as_string())
    return (Tried(Trial(name, "next value", next_value)),)


@functools.cache
def _files(bucket: str) -> tuple[Tried, ...]:
    return tuple(map(Tried, file_trials(bucket)))


@functools.cache
def _schemas(names: tuple[str, ...]) -> tuple[Tried, ...]:
    made = {name: sql.SQL("create table {} ()").format(sql.Identifier(name, "probe")) for name in names}
    schema = Trial("database", "make a schema", sql.SQL("create schema probe"))
    return (Tried(schema), *(Tried(Trial(name, "make a table", statement)) for name, statement in made.items()))


@functools.cache
def _roles(names: tuple[str, ...]) -> tuple[Tried, ...]:
    become = sql.SQL("set local role {}")
    return tuple(Tried(Trial(name, "become it", become.format(sql.Identifier(name)))) for name in names)
