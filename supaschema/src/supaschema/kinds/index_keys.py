"""Keys of an index, and of the index that an exclusion constraint has: expression, collation, operator class, order."""

from __future__ import annotations

from collections.abc import Collection
from typing import LiteralString

import msgspec
from psycopg import sql

from supaschema.core.model import Definition
from supaschema.core.sqltext import compose, ident, literal, raw_sql


class Key(Definition, frozen=True, kw_only=True):
    """One key of an index: an expression, and how it is ordered.

    Attributes:
        expression: A column or an expression.
        collation: The parts of the collation's name, where it is not the column's or the expression's own.
        opclass: The operator class, where it is not the one that the server takes for the type.
        parameters: The operator class's parameters.
        descending: Whether the order is descending.
        nulls_first: Whether NULL comes first.
        operator: In an exclusion constraint: the operator that no two rows may satisfy.
        usual_opclass: The operator class that the server takes for the type: known of a live key only, not compared.

    """

    expression: str
    collation: tuple[str, ...] = ()
    opclass: str | None = None
    parameters: dict[str, str] = msgspec.field(default_factory=dict)
    descending: bool = False
    nulls_first: bool = False
    operator: str | None = None
    usual_opclass: str | None = None


KEYS: LiteralString = """(
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'expression', e.text,
             'collation', case
                when c_.oid is null or case when i.indkey[k_ - 1] <> 0 then c_.oid = a_.attcollation
                        -- Of an expression's own collation only the printed index tells.
                        else c_.collname = 'default' or strpos(pg_catalog.pg_get_indexdef(i.indexrelid),
                               e.text || ' COLLATE ' || l_.quoted) = 0 end then null
                when cn.nspname = 'pg_catalog' then jsonb_build_array(c_.collname)
                else jsonb_build_array(cn.nspname, c_.collname) end,
             'opclass', case when not o.opcdefault then op.name end,
             'usual_opclass', case when o.opcdefault then op.name end,
             'parameters', (
                select jsonb_object_agg(split_part(p_, '=', 1), substr(p_, strpos(p_, '=') + 1))
                  from unnest(x_.attoptions) p_),
             'descending', (i.indoption[k_ - 1] & 1) = 1,
             'nulls_first', (i.indoption[k_ - 1] & 2) = 2,
             'operator', (
                select case when wn.nspname = 'pg_catalog' then w.oprname else wn.nspname || '.' || w.oprname end
                  from pg_catalog.pg_operator w
                  join pg_catalog.pg_namespace wn on wn.oid = w.oprnamespace
                 where w.oid = ({operators})[k_]))) order by k_)
      from pg_catalog.generate_series(1, i.indnkeyatts) k_
      join pg_catalog.pg_attribute x_ on x_.attrelid = i.indexrelid and x_.attnum = k_
      join pg_catalog.pg_opclass o on o.oid = i.indclass[k_ - 1]
      join pg_catalog.pg_namespace so on so.oid = o.opcnamespace
      cross join lateral (
        select case when so.nspname = 'pg_catalog' then o.opcname else so.nspname || '.' || o.opcname end as name) op
      left join pg_catalog.pg_attribute a_ on a_.attrelid = i.indrelid and a_.attnum = i.indkey[k_ - 1]
      -- What the server prints of a column is its name; to print an expression takes long.
      cross join lateral (
        select case when a_.attnum is not null then quote_ident(a_.attname)
                    else pg_catalog.pg_get_indexdef(i.indexrelid, k_::integer, false) end as text) e
      left join pg_catalog.pg_collation c_ on c_.oid = i.indcollation[k_ - 1]
      left join pg_catalog.pg_namespace cn on cn.oid = c_.collnamespace
      cross join lateral (
        select case when cn.nspname = 'pg_catalog' then quote_ident(c_.collname)
                    else quote_ident(cn.nspname) || '.' || quote_ident(c_.collname) end as quoted) l_)
"""
"""The keys of the index `i`, of pg_index."""

OPTIONS: LiteralString = """(
    select coalesce(jsonb_object_agg(split_part(p_, '=', 1), substr(p_, strpos(p_, '=') + 1)), jsonb_build_object())
      from unnest({options}) p_)
"""
"""The storage options of a relation, by name."""


def key_clause(key: Key) -> sql.Composed:
    """Return a key as CREATE INDEX takes it, and an exclusion constraint."""
    # A key that is no plain column name needs parentheses, and a column takes them too.
    parts: list[sql.Composable] = [compose("({})", raw_sql(key.expression))]
    if key.collation:
        parts.append(compose("collate {}", ident(*key.collation)))
    opclass = key.opclass or (key.usual_opclass if key.parameters else None)
    if opclass is not None:
        parts.append(ident(*opclass.split(".")))
    if key.parameters:
        parts.append(compose("({})", settings(key.parameters)))
    if key.descending:
        parts.append(sql.SQL("desc"))
    if key.nulls_first != key.descending:
        parts.append(sql.SQL("nulls first" if key.nulls_first else "nulls last"))
    if key.operator is not None:
        parts.append(compose("with {}", _operator(key.operator)))
    return sql.SQL(" ").join(parts)


def key_clauses(keys: tuple[Key, ...]) -> sql.Composed:
    """Return keys with commas between them."""
    return sql.SQL(", ").join(key_clause(key) for key in keys)


def settings(options: dict[str, str]) -> sql.Composed:
    """Return storage options, or parameters, as WITH takes them."""
    return sql.SQL(", ").join(compose("{} = {}", ident(name), literal(value)) for name, value in options.items())


def with_options(options: dict[str, str] | None) -> sql.Composable:
    """Return the clause that gives storage options; nothing where there are none."""
    return compose(" with ({})", settings(options)) if options else sql.SQL("")


def resolved_keys(declared: tuple[Key, ...], live: tuple[Key, ...]) -> tuple[Key, ...]:
    """Return declared keys without the operator class that is the usual one, as far as the live keys tell."""
    if len(declared) != len(live):
        return declared
    return tuple(
        msgspec.structs.replace(key, opclass=None) if key.opclass and key.opclass == other.usual_opclass else key
        for key, other in zip(declared, live, strict=True)
    )


def normalized_keys(wanted: tuple[Key, ...], live: tuple[Key, ...], alike: Collection[str]) -> tuple[Key, ...]:
    """Return keys with the live expression where its field, `keys[0]`, is one of those in which nothing differs."""
    return tuple(
        msgspec.structs.replace(key, expression=live[position].expression) if f"keys[{position}]" in alike else key
        for position, key in enumerate(wanted)
    )


def bare_keys(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """Return keys without the texts of their expressions, and without what is not compared."""
    return tuple(msgspec.structs.replace(key, expression="", usual_opclass=None) for key in keys)


def _operator(operator: str) -> sql.Composable:
    schema, dot, name = operator.rpartition(".")
    return compose("operator({}.{})", ident(schema), raw_sql(name)) if dot else raw_sql(operator)
