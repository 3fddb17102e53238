"""Types of others that an archived table's columns had: there it holds their values as ones of the server's own types.

Whoever made a type may drop it while the archive holds the table. Values come back by the type's own text.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from supaschema.core.model import Computed, Lock, LockMode, Precondition, Statement
from supaschema.core.sqltext import Name, compose, ident, literal, raw_sql, relation_name
from supaschema.database.connect import Connection


def text_of(value: sql.Composable, type: str) -> sql.Composed:
    """Return the text of a value of a type, NULL of NULL.

    Whoever made a type may have made a cast of it to text, which would run with our rights: the type itself is asked.
    The server's own types, which are found without a schema, are cast.
    """
    return _own_text(value) if "." in type else compose("{}::text", value)


def _own_text(value: sql.Composable) -> sql.Composed:
    return compose("case when {0} is not distinct from null then null else pg_catalog.format('%s', {0}) end", value)


@dataclass(frozen=True, slots=True)
class LaterLabels:
    """Labels that were renamed since something was archived, each with its name now, as JSON.

    `is_array` says whether values of the type are arrays of labels.
    """

    names: str
    is_array: bool


def with_later_labels(text: sql.Composable, labels: sql.Composable, is_array: sql.Composable) -> sql.Composed:
    """Return a kept text with the names that labels of its type have by now.

    Args:
        text: The text.
        labels: The labels that were renamed since, as `later_labels` of the ledger gives them.
        is_array: Whether the type's values are arrays of labels.

    """
    return compose("supaschema.relabelled({}, {}, {})", text, labels, is_array)


def later_labels(connection: Connection, table: Name, types: Collection[str]) -> dict[str, LaterLabels]:
    """Return, by type, the labels that were renamed since the archive holds a table; only where there are any.

    Args:
        connection: Of a role that may call functions of the ledger, or is told what they give.
        table: Schema and name.
        types: Types that exist.

    """
    row = connection.execute(_MAY_ASK).fetchone() if types else None
    query = _LATER_LABELS if row and row[0] else _LATER_LABELS_TOLD
    rows = connection.execute(query, {"types": sorted(types), "relation": relation_name(table)}) if types else ()
    return {type: LaterLabels(names, is_array) for type, names, is_array in rows if names not in (None, "{}")}


def retype(
    table: Name, types: Mapping[str, str], labels: Mapping[str, LaterLabels] | None = None
) -> tuple[Statement, ...]:
    """Return the statement that has columns of a table hold their values as ones of other types; none: there are none.

    Args:
        table: Schema and name.
        types: By column the type.
        labels: By type the labels that have other names by now.

    """
    if not types:
        return ()
    actions = sql.SQL(", ").join(
        compose(
            "alter column {} type {} using {}", ident(column), raw_sql(type), _as(ident(column), type, labels or {})
        )
        for column, type in types.items()
    )
    lock = Lock(relation_name(table), LockMode.ACCESS_EXCLUSIVE, rewrites=True)
    return (Statement(compose("alter table {} {}", ident(*table), actions), locks=(lock,)),)


def _as(column: sql.Composable, type: str, labels: Mapping[str, LaterLabels]) -> sql.Composed:
    if type in labels:
        # Where it was not made a text yet, it is of the type still.
        later = labels[type]
        text = with_later_labels(_own_text(column), literal(later.names), literal(later.is_array))
        return compose("{}::{}", text, raw_sql(type))
    # What becomes a text was of a type that somebody made; of a domain the server takes the value beneath.
    return _own_text(column) if type == "text" else compose("{}::{}", column, raw_sql(type))


def kept_types(connection: Connection, tables: Iterable[Name]) -> dict[Name, dict[str, str]]:
    """Return by archived table, and by column, the types that its columns had."""
    names = [relation_name(table) for table in tables]
    row = connection.execute(_SEES).fetchone()
    query = _KEPT if row and row[0] else _KEPT_TOLD
    rows = connection.execute(query, [names]) if names else ()
    return {tuple(relation.split(".", 1)): types for relation, types in rows if types}


def unfit(
    table: Name, kept: Name, types: Mapping[str, str], labels: Mapping[str, LaterLabels]
) -> tuple[Precondition, ...]:
    """Return that a table's values are ones of the types that its columns get again.

    Args:
        table: Its name, for people.
        kept: Its name in the archive.
        types: By column the type, which there is.
        labels: By type the labels that have other names by now.

    """
    found = []
    for column, type in types.items():
        value = _as(ident(column), type, labels)
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


_MAY_ASK: LiteralString = """
    select pg_catalog.bool_and(pg_catalog.has_schema_privilege(n.oid, 'usage')
             and pg_catalog.has_table_privilege(c.oid, 'select'))
       and pg_catalog.bool_and(pg_catalog.has_function_privilege(p.oid, 'execute'))
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_proc p on p.pronamespace = 'supaschema'::pg_catalog.regnamespace
                               and p.proname = 'later_labels'
     where n.nspname || '.' || c.relname in ('supaschema.objects', 'supaschema_archive.tables')
"""
_LATER_LABELS: LiteralString = """
    select w.type, supaschema.later_labels(y.oid, t.kept_at)::text, y.typcategory = 'A'
      from unnest(%(types)s::text[]) w(type)
      join pg_catalog.pg_type y on y.oid = pg_catalog.to_regtype(w.type)
      join supaschema_archive.tables t on t.relation = %(relation)s
"""
# An earlier ledger tells nothing of them.
_LATER_LABELS_TOLD: LiteralString = """
    select w.type, (pg_catalog.to_jsonb(t) -> 'labels' -> w.type)::text, y.typcategory = 'A'
      from unnest(%(types)s::text[]) w(type)
      join pg_catalog.pg_type y on y.oid = pg_catalog.to_regtype(w.type)
      join supaschema.archived() t on t.column_name is null and t.relation = %(relation)s
"""
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
