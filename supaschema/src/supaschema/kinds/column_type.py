"""A column's type: how clauses take it, and what gives a column another one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from psycopg import sql

from supaschema.core.model import Hazard, HazardNote, ObjectId, Statement
from supaschema.core.sqltext import compose, ident, raw_sql
from supaschema.core.type_names import canonical_type
from supaschema.kinds.base import Context
from supaschema.kinds.column_definition import Column
from supaschema.kinds.column_locks import beyond, exclusive, rewriting
from supaschema.kinds.rebuilt_indexes import rebuilt_indexes
from supaschema.kinds.rewrites import type_rewrites


def is_retyped(old: Column, new: Column) -> bool:
    """Return whether a column gets another type, or another collation."""
    return canonical_type(old.type) != canonical_type(new.type) or old.collation != new.collation


def typed(column: Column) -> Iterator[sql.Composable]:
    """Yield a column's type, and its collation where it has one of its own, as clauses take them."""
    yield raw_sql(column.type)
    if column.collation:
        yield compose("collate {}", ident(*column.collation))


def retyping(id: ObjectId, new: Column) -> sql.Composed:
    """Return the statement that gives a column its type."""
    type = sql.SQL(" ").join(typed(new))
    query = compose("alter table {} alter column {} type {}", ident(*id.name[:2]), ident(id.name[2]), type)
    return query + compose(" using ({})", raw_sql(new.using)) if new.using is not None else query


def set_type(id: ObjectId, old: Column, new: Column, context: Context) -> Statement:
    """Return the statement that gives a column another type: with what is rebuilt, or that the table is rewritten."""
    table, column = ident(*id.name[:2]), ident(id.name[2])
    query = retyping(id, new)
    find = compose("select {} from {} where {} is not null", column, table, column)
    keeps = new.using is None and not type_rewrites(old.type, new.type, in_utc=context.in_utc)
    if keeps or id in context.unwritten:
        rebuilt = rebuilt_indexes(id, old, new, context)
        lock = dataclasses.replace(exclusive(id), scans=bool(rebuilt))
        return Statement(query, locks=(lock, *beyond(id, context)), hazards=rebuilt, computes=True, find=find)
    lock = rewriting(id)
    note = HazardNote(
        Hazard.REWRITES_TABLE,
        f"Changing {id.name[2]} from {old.type} to {new.type} may rewrite {lock.relation}; nobody reads or writes it "
        "meanwhile.",
    )
    return Statement(query, locks=(lock, *beyond(id, context)), hazards=(note,), find=find)
