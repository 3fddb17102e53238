"""A table's rows as a plan makes them: with the columns that it adds, computes otherwise, or gives another type."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.model import ObjectId
from supaschema.core.sqltext import Name, compose, ident, idents, raw_sql
from supaschema.kinds.base import Context
from supaschema.kinds.column_definition import Column
from supaschema.kinds.rewrites import is_volatile


def rows_to_be(table: Name, context: Context, alias: str | None = None) -> sql.Composable:
    """Return what a query reads the rows from: the table itself, or a query over it that goes by its name.

    A column of which nobody can tell what it will hold is left out: what names it names nothing then.
    """
    name = ident(table[1]) if alias is None else raw_sql(alias)
    live = {id.name[2]: item for id in context.live_of(table) if isinstance(item := context.live[id], Column)}
    coming = {
        id.name[2]: item
        for id, item in context.becoming.items()
        if id.name[:2] == table and isinstance(item, Column) and _changes(live.get(id.name[2]), item)
    }
    if not live or not coming:
        return ident(*table) if alias is None else compose("{} as {}", ident(*table), name)
    kept = [column for column in live if column not in coming]
    given = {column: _given(ObjectId("column", (*table, column)), item, context) for column, item in coming.items()}
    plain = [compose("{} as {}", value, ident(column)) for column, value in given.items() if value is not None]
    rows = compose("(select {} from {}) as {}", _list([idents(kept)] if kept else [], plain), ident(*table), name)
    computed = [
        compose("({})::{} as {}", raw_sql(item.generated), raw_sql(item.type), ident(column))
        for column, item in coming.items()
        if item.generated is not None
    ]
    return compose("(select {} from {}) as {}", _list([sql.SQL("*")], computed), rows, name) if computed else rows


def _list(first: list[sql.Composable], more: list[sql.Composed]) -> sql.Composed:
    return sql.SQL(", ").join([*first, *more])


def _changes(old: Column | None, new: Column) -> bool:
    return old is None or (old.type, old.generated) != (new.type, new.generated)


def _given(id: ObjectId, new: Column, context: Context) -> sql.Composable | None:
    """Return what rows that exist hold in a column; None: that cannot be told, or it is computed from the others."""
    type = raw_sql(new.type)
    if new.generated is not None:
        return None
    if id in context.live:
        held = raw_sql(new.using) if new.using is not None else ident(id.name[2])
        return compose("({})::{}", held, type)
    if id in context.archived or new.identity is not None or (new.default is not None and is_volatile(new.default)):
        return None
    held = raw_sql(new.default) if new.default is not None and new.existing_rows != "null" else sql.SQL("null")
    return compose("({})::{}", held, type)
