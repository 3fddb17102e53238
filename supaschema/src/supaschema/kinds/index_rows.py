"""Rows that forbid an index: values that occur twice, and such as an expression of it cannot be computed of."""

from __future__ import annotations

import re

from psycopg import sql

from supaschema.core.model import Computed, ObjectId, Precondition
from supaschema.core.sqltext import compose, ident, raw_sql, relation_name
from supaschema.kinds.base import Context
from supaschema.kinds.index_definition import Index
from supaschema.kinds.index_entries import entries_of_index
from supaschema.kinds.rows_to_be import rows_to_be

_CONSTANT = re.compile(r"""(?:\bE)?'(?:[^']|'')*'(?:\s*::\s*[\w."\[\]]+)?""", re.IGNORECASE)
_MAY_FAIL = re.compile(r"::|[/%]|\bcast\s*\(")
_CALL = re.compile(r"([\w.]+)\s*\(")
_NEVER_FAILS = frozenset(
    {
        *("all", "and", "any", "array", "exists", "in", "is", "not", "on", "or"),
        *("btrim", "coalesce", "greatest", "least", "length", "lower", "ltrim", "md5", "nullif", "rtrim"),
        *("to_tsvector", "trim", "upper"),
    }
)
"""What stands before a parenthesis and refuses no value of a row."""


def occurs_twice(id: ObjectId, new: Index, rows: sql.Composable | None = None) -> sql.Composable | None:
    """Return the query that finds the values that occur twice, of some rows; None: they may."""
    if not new.unique:
        return None
    each = [compose("({})", raw_sql(key.expression)) for key in new.keys]
    keys = sql.SQL(", ").join(each)
    # NULL equals no other, unless the index says so.
    wanted = [compose("{} is not null", key) for key in each] if new.nulls_distinct else []
    wanted += [compose("({})", raw_sql(new.where))] if new.where is not None else []
    where = compose(" where {}", sql.SQL(" and ").join(wanted)) if wanted else compose("")
    found = compose("from {}{} group by {} having count(*) > 1", rows or ident(*id.name[:2]), where, keys)
    return compose("select {}, count(*) {}", keys, found)


def rows_against(id: ObjectId, new: Index, context: Context) -> tuple[Precondition, ...]:
    """Return what must hold before the index is built, of the rows as the plan makes them."""
    computable = (*_computable(id, new), *entries_of_index(id, new, context))
    find = occurs_twice(id, new, rows_to_be(id.name[:2], context))
    if find is None:
        return computable
    keys = ", ".join(key.expression for key in new.keys)
    what = f"values of {relation_name(id.name)} ({keys}) occur more than once, which the unique index {id.name[2]}"
    return (*computable, Precondition(f"{what} forbids", find))


def _computable(id: ObjectId, new: Index) -> tuple[Precondition, ...]:
    # Only of what may fail: the rows are read for it once more.
    texts = [key.expression for key in new.keys]
    if not any(map(_may_fail, (*texts, new.where or ""))):
        return ()
    each = sql.SQL(", ").join(compose("({})", raw_sql(text)) for text in texts)
    value = compose("pg_catalog.num_nulls({})", each)
    if new.where is not None:
        value = compose("case when {} then {} end", raw_sql(new.where), value)
    find = compose("select {} from {}", value, ident(*id.name[:2]))
    reason = f"rows of {relation_name(id.name)} have no value for the index {id.name[2]}"
    return (Precondition(reason, find, Computed(id.name[:2], value)),)


def _may_fail(text: str) -> bool:
    rest = _CONSTANT.sub("''", text)
    calls = (call[1].lower().removeprefix("pg_catalog.") for call in _CALL.finditer(rest))
    return bool(_MAY_FAIL.search(rest)) or any(call not in _NEVER_FAILS for call in calls)
