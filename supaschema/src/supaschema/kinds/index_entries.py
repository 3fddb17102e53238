"""Rows that an index cannot hold, for what it would hold of them is too long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from psycopg import sql

from supaschema.core.model import Indexed, ObjectId, Precondition
from supaschema.core.sqltext import compose, ident, idents, literal, raw_sql, relation_name
from supaschema.kinds.base import Context
from supaschema.kinds.column_definition import Column
from supaschema.kinds.constraint_definition import Constraint
from supaschema.kinds.index_definition import Index
from supaschema.kinds.index_keys import key_clauses, with_options
from supaschema.kinds.rows_to_be import rows_to_be

_LEAST = 2600
"""Bytes of a row below which every access method takes it: a B-tree takes 2704 with what it adds (BTMaxItemSize)."""
_HASHED = "hash"
"""The method that keeps a number of each value."""
_SHORT = re.compile(
    r"(?:bigint|integer|smallint|boolean|real|double precision|uuid|oid|date|money|inet|cidr|macaddr8?|interval.*"
    r"|time(?:stamp)?\b.*|(?:numeric|bit|bit varying|character|character varying)\((?:\d\d?|[1-5]\d\d)(?:,-?\d+)?\))"
)
"""Types, as the server writes them, whose values are never long."""
_OF_PARTS = "gin"
"""The method that keeps the parts of each value."""
_SHORT_PARTS = re.compile(rf"{_SHORT.pattern}|jsonb|tsvector")
"""Types whose parts are never long either: of a long one in JSON its hash is kept, and a long word in no tsvector."""
_OF_WORDS = re.compile(r"\(?(?:pg_catalog\.)?to_tsvector\(")


def entries_of_index(id: ObjectId, new: Index, context: Context) -> tuple[Precondition, ...]:
    """Return what must hold of the rows before an index is built."""
    if new.text is not None or new.method == _HASHED:
        return ()
    parts = compose(" using {} ({})", ident(new.method), key_clauses(new.keys))
    parts += compose(" include ({})", idents(new.include)) if new.include else sql.SQL("")
    where = compose(" where {}", raw_sql(new.where)) if new.where is not None else sql.SQL("")
    tail = sql.Composed([parts, with_options(new.options), where])
    values = (*(key.expression for key in new.keys), *map(_quoted, new.include))
    long = _long(id, values, _SHORT_PARTS if new.method == _OF_PARTS else _SHORT, context)
    return _entries(id, long, new.where, tail, context)


def entries_of_key(id: ObjectId, new: Constraint, context: Context) -> tuple[Precondition, ...]:
    """Return what must hold of the rows before a key gets its index."""
    include = compose(" include ({})", idents(new.include)) if new.include else sql.SQL("")
    tail = compose(" ({}){}", idents(new.columns), include)
    values = map(_quoted, (*new.columns, *(new.include or ())))
    return _entries(id, _long(id, values, _SHORT, context), None, tail, context)


def _entries(
    id: ObjectId, long: Sequence[str], where: str | None, tail: sql.Composable, context: Context
) -> tuple[Precondition, ...]:
    table = id.name[:2]
    # What the rows will hold once the plan has changed them, nothing tells before.
    if not long or rows_to_be(table, context) != ident(*table):
        return ()
    each = (compose("coalesce(pg_catalog.pg_column_size({}), 0)", raw_sql(f"({value})")) for value in long)
    size = sql.SQL(" + ").join(each)
    only = compose("({}) and ", raw_sql(where)) if where is not None else sql.SQL("")
    find = compose(
        "select * from {} where {}{} > {} order by {} desc", ident(*table), only, size, literal(_LEAST), size
    )
    reason = f"rows of {relation_name(table)} hold values that are too long for the index {id.name[2]}"
    return (Precondition(reason, find, indexed=Indexed(table, tail)),)


def _long(id: ObjectId, values: Iterable[str], short: re.Pattern[str], context: Context) -> list[str]:
    return [value for value in values if not _is_short(id.name[:2], value, short, context)]


def _is_short(table: tuple[str, ...], value: str, short: re.Pattern[str], context: Context) -> bool:
    if short is _SHORT_PARTS and _OF_WORDS.match(value):
        return True
    names = (ObjectId("column", (*table, name)) for name in (value, value.strip('"').replace('""', '"')))
    types = [item.type for id in names if isinstance(item := context.live.get(id), Column)]
    return any(map(short.fullmatch, types))


def _quoted(name: str) -> str:
    return ident(name).as_string()
