"""As many made-up rows as a table has: copies of the one that was planted, with other values in what is unique."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import LiteralString

import psycopg
from psycopg import sql

from supaschema.core.sqltext import Name, compose, ident, idents, literal, raw_sql, relation_name
from supaschema.database.connect import Connection
from supaschema.review.access.tries.planting import Planted, disturb_as_usual, disturb_nothing
from supaschema.review.access.tries.values import Column, Tenant

_LONGEST_MS = 600_000
"""How long the rows of one table may take."""
_TEXTS = ("text", "character varying", "character", "name", "citext", "extensions.citext", "public.citext")
_NUMBERS = ("bigint", "integer", "smallint", "numeric", "real", "double precision")
_UNIQUE: LiteralString = """
    select n.nspname::text, c.relname::text,
           array(select a.attname::text from pg_catalog.pg_attribute a
                  where a.attrelid = c.oid and a.attnum > 0
                    and (a.attnum = any (i.indkey::int2[])
                         or exists (select from pg_catalog.pg_depend d
                                     where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = i.indexrelid
                                       and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = c.oid
                                       and d.refobjsubid = a.attnum))
                  order by a.attnum),
           array(select distinct a.attname::text from pg_catalog.pg_constraint k
                   join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)
                  where k.conrelid = c.oid and k.contype = 'f')
      from pg_catalog.pg_index i
      join pg_catalog.pg_class c on c.oid = i.indrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where i.indisunique or i.indisexclusion
     order by c.oid, i.indexrelid
"""


@dataclass(frozen=True, slots=True)
class Many:
    """What was made.

    Attributes:
        rows: By table, `schema.table`, how many rows it has.
        failed: Tables that have fewer than were wanted, with the kind of error.

    """

    rows: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)


def multiply(
    connection: Connection,
    planted: Mapping[tuple[str, ...], Planted],
    known: Mapping[Name, tuple[Column, ...]],
    wanted: Mapping[Name, int],
) -> Many:
    """Fill tables, as far as their keys and checks take what is made, and tell the server how many rows they have.

    Args:
        connection: Of a role that no policy holds back.
        planted: The rows that are there.
        known: The columns of the tables.
        wanted: How many rows each table shall have.

    """
    rows: dict[str, int] = {}
    failed: dict[str, str] = {}
    varied = _varied(connection, known)
    with connection.transaction():
        disturb_nothing(connection)
        connection.execute("select pg_catalog.set_config('statement_timeout', %s, true)", [f"{_LONGEST_MS}ms"])
        for name, count in wanted.items():
            there = len(planted[name].values)
            try:
                with connection.transaction():
                    if count > there:
                        connection.execute(_copies(planted[name], known[name], varied.get(name, ()), count - there))
            except psycopg.Error as error:
                rows[relation_name(name)], failed[relation_name(name)] = there, type(error).__name__
            else:
                rows[relation_name(name)] = max(count, there)
        disturb_as_usual(connection)
    for name in wanted:
        connection.execute(compose("analyze {}", ident(*name)))
    return Many(rows, failed)


def _varied(connection: Connection, known: Mapping[Name, tuple[Column, ...]]) -> dict[Name, set[str]]:
    """Return the columns that must differ from row to row: one of each key, rather one that refers to nothing."""
    found: dict[Name, set[str]] = {}
    for schema, table, key, references in connection.execute(_UNIQUE):
        columns = {column.name: column for column in known.get((schema, table), ())}
        able = [name for name in key if name in columns and _value(columns[name], "") is not None]
        first = [name for name in able if name not in references] or able
        if first and found.setdefault((schema, table), set()).isdisjoint(key):
            found[schema, table].add(first[-1])
    return found


def _copies(planted: Planted, columns: tuple[Column, ...], varied: Collection[str], count: int) -> sql.Composed:
    values = planted.values[Tenant.B]
    known = {column.name: column for column in columns}
    if not values:
        series = compose("pg_catalog.generate_series(1, {})", literal(count))
        return compose("insert into {} select from {}", ident(*planted.relation), series)
    parts = [
        (_value(known[name], text) if name in varied else None)
        or compose("{}::text::{}", literal(text), raw_sql(planted.types[name]))
        for name, text in values.items()
    ]
    return compose(
        "insert into {} ({}) overriding system value select {} from pg_catalog.generate_series(1, {}) as g (n)",
        ident(*planted.relation),
        idents(values),
        sql.SQL(", ").join(parts),
        literal(count),
    )


def _value(column: Column, text: str) -> sql.Composed | None:
    """Return a value that is another one in each row; None: there are not enough of its type, or none is known."""
    base, type = column.base, raw_sql(column.type)
    if column.is_array or column.choices:
        return None
    if base == "uuid":
        return compose("pg_catalog.gen_random_uuid()::{}", type)
    if base in _NUMBERS:
        return compose("({}::text::{} + g.n)::{}", literal(text), raw_sql(base), type)
    if base in _TEXTS:
        whole = compose("pg_catalog.concat(g.n, '-', {}::text)", literal(text))
        return compose("pg_catalog.left({}, {})::{}", whole, literal(column.length or len(text) + 20), type)
    if base.startswith("timestamp"):
        return compose("(pg_catalog.now() - g.n * interval '1 second')::{}", type)
    return None
