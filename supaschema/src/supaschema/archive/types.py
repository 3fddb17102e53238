"""Types of others that an archived table's columns had: there it holds their values as ones of the server's own types.

Whoever made a type may drop it while the archive holds the table. Values come back by the type's own text.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping
from typing import LiteralString

from psycopg import sql

from supaschema.core.model import Computed, Lock, LockMode, Precondition, Statement
from supaschema.core.sqltext import Name, compose, ident, raw_sql, relation_name
from supaschema.database.connect import Connection


def text_of(value: sql.Composable, type: str) -> sql.Composed:
    """Return the text of a value of a type, NULL of NULL.

    Whoever made a type may have made a cast of it to text, which would run with our rights: the type itself is asked.
    The server's own types, which are found without a schema, are cast.
    """
    return _own_text(value) if "." in type else compose("{}::text", value)


def _own_text(value: sql.Composable) -> sql.Composed:
    return compose("case when {0} is not distinct from null then null else pg_catalog.format('%s', {0}) end", value)


def retype(table: Name, types: Mapping[str, str]) -> tuple[Statement, ...]:
    """Return the statement that has columns of a table hold their values as ones of other types; none: there are none.

    Args:
        table: Schema and name.
        types: By column the type.

    """
    if not types:
        return ()
    actions = sql.SQL(", ").join(
        compose("alter column {} type {} using {}", ident(column), raw_sql(type), _as(ident(column), type))
        for column, type in types.items()
    )
    lock = Lock(relation_name(table), LockMode.ACCESS_EXCLUSIVE, rewrites=True)
    return (Statement(compose("alter table {} {}", ident(*table), actions), locks=(lock,)),)


def _as(column: sql.Composable, type: str) -> sql.Composed:
    # What becomes a text was of a type that somebody made; of a domain the server takes the value beneath.
    return _own_text(column) if type == "text" else compose("{}::{}", column, raw_sql(type))


def kept_types(connection: Connection, tables: Iterable[Name]) -> dict[Name, dict[str, str]]:
    """Return by archived table, and by column, the types that its columns had."""
    names = [relation_name(table) for table in tables]
    row = connection.execute(_SEES).fetchone()
    query = _KEPT if row and row[0] else _KEPT_TOLD
    rows = connection.execute(query, [names]) if names else ()
    return {tuple(relation.split(".", 1)): types for relation, types in rows if types}


def unfit(table: Name, kept: Name, types: Mapping[str, str]) -> tuple[Precondition, ...]:
    """Return that a table's values are ones of the types that its columns get again.

    Args:
        table: Its name, for people.
        kept: Its name in the archive.
        types: By column the type, which there is.

    """
    found = []
    for column, type in types.items():
        value = compose("{}::{}", ident(column), raw_sql(type))
        reason = (
            f"values that the archive keeps of column {relation_name(table)}.{column} are none of {type} as it is now; "
            f"give that type the values that it had, or destroy the table: "
            f"`python -m supaschema purge {shlex.quote(relation_name(table))}`"
        )
        found.append(Precondition(reason, compose("select {} from {}", value, ident(*kept)), Computed(kept, value)))
    return tuple(found)


def existing(connection: Connection, types: Collection[str]) -> frozenset[str]:
    """Return those of some types that there are."""
    query = "select w.text from unnest(%s::text[]) w(text) where pg_catalog.to_regtype(w.text) is not null"
    return frozenset(row[0] for row in connection.execute(query, [sorted(types)])) if types else frozenset()


_SEES: LiteralString = """
    select pg_catalog.has_schema_privilege(n.oid, 'usage')
      from pg_catalog.pg_namespace n where n.nspname = 'supaschema_archive'
"""
# An earlier ledger has nothing of the kind.
_KEPT: LiteralString = """
    select t.relation, pg_catalog.to_jsonb(t) -> 'types' from supaschema_archive.tables t where t.relation = any (%s)
"""
_KEPT_TOLD: LiteralString = """
    select t.relation, pg_catalog.to_jsonb(t) -> 'types'
      from supaschema.archived() t where t.column_name is null and t.relation = any (%s)
"""
