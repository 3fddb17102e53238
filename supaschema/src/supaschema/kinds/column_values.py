"""Values that forbid a change of their column: those that a narrower type does not hold, rows that would hold NULL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from psycopg import sql

from supaschema.core.model import Computed, ObjectId, Precondition
from supaschema.core.sqltext import compose, ident, literal, raw_sql, relation_name
from supaschema.core.type_names import canonical_type
from supaschema.kinds.column_definition import Column

_TEXT = re.compile(r"(?:text|character(?: varying)?(?:\(\d+\))?)$")
_SHORT = re.compile(r"character(?: varying)?\((\d+)\)$")
_NUMBER = re.compile(r"(?:smallint|integer|bigint|numeric(?:\(\d+,\d+\))?)$")
_EXACT = re.compile(r"numeric\((\d+),(\d+)\)$")
_BITS = {"smallint": 15, "integer": 31, "bigint": 63}


def rows_without_value(id: ObjectId, type: str, *, is_archived: bool) -> Precondition:
    """Return that a table has no rows, to which a column comes that refuses NULL and has nothing for them.

    Args:
        id: The column.
        type: Its type.
        is_archived: Whether the archive keeps values of it, which come back once it exists.

    """
    # A domain may have a default of its own.
    domain = compose(
        " where not exists (select from pg_catalog.pg_type t where t.oid = {}::pg_catalog.regtype"
        " and t.typdefault is not null)",
        literal(type),
    )
    find = compose("select * from {}{}", ident(*id.name[:2]), domain if "." in type else sql.SQL(""))
    table, column = relation_name(id.name), id.name[2]
    what = f"rows of {table} have no value for the new column {column}, which is to be NOT NULL"
    advice = "give it a default, or let it hold NULL until every row has a value"
    if is_archived:
        advice = "let it hold NULL in a deployment of its own, which restores what the archive keeps of it"
    return Precondition(f"{what}: {advice}", find)


def rows_not_admitted(id: ObjectId, new: Column) -> Precondition:
    """Return that a domain admits what rows that exist hold in a column that comes."""
    held = new.default if new.default is not None and new.existing_rows != "null" else "null"
    value = compose("({})::{}", raw_sql(held), raw_sql(new.type))
    reason = (
        f"rows of {relation_name(id.name)} cannot hold {held} in the new column {id.name[2]}: {new.type} forbids it"
    )
    return Precondition(reason, compose("select {} from {}", value, ident(*id.name[:2])), Computed(id.name[:2], value))


def values_not_computed(id: ObjectId, new: Column, *, refuses: bool) -> Iterator[Precondition]:
    """Yield that what a column is generated from gives a value for each row, if NULL is refused one that is none."""
    if new.generated is None or new.virtual:
        return
    value = compose("({})::{}", raw_sql(new.generated), raw_sql(new.type))
    table, column = relation_name(id.name), id.name[2]
    find = compose("select {} from {}", value, ident(*id.name[:2]))
    reason = f"rows of {table} have no value for the generated column {column}"
    yield Precondition(reason, find, Computed(id.name[:2], value))
    if refuses:
        reason = f"rows of {table} give NULL for the generated column {column}, which is to be NOT NULL"
        yield Precondition(reason, compose("select * from {} where {} is null", ident(*id.name[:2]), value))


def are_kept(old: Column, new: Column) -> bool:
    """Return whether a column's values mean the same in its new type, whatever its bytes are."""
    before, after = canonical_type(old.type), canonical_type(new.type)
    if new.using is not None:
        return False
    wider = before in _BITS and (after == "numeric" or _BITS.get(after, 0) >= _BITS[before])
    return wider or (_TEXT.match(before) is not None and after in ("text", "character varying"))


def values_too_large(id: ObjectId, old: str, new: str) -> tuple[Precondition, ...]:
    """Return that a column holds no value that its new type does not take, for texts and exact numbers."""
    column = ident(id.name[2])
    condition = _condition(column, canonical_type(old), canonical_type(new))
    if condition is None:
        return ()
    table = relation_name(id.name)
    find = compose("select * from {} where {}", ident(*id.name[:2]), condition)
    return (Precondition(f"values of {table} in {id.name[2]} do not fit its new type {new}", find),)


def values_not_converted(id: ObjectId, new: Column) -> tuple[Precondition, ...]:
    """Return that the expression by which a column's type changes gives a value for each row."""
    if new.using is None:
        return ()
    value = compose("({})::{}", raw_sql(new.using), raw_sql(new.type))
    find = compose("select {} from {}", value, ident(*id.name[:2]))
    reason = f"values of {relation_name(id.name)} in {id.name[2]} have no like in {new.type} by `using`"
    return (Precondition(reason, find, Computed(id.name[:2], value)),)


def _condition(column: sql.Composable, old: str, new: str) -> sql.Composable | None:
    if old == new:
        return None
    if (short := _SHORT.match(new)) and _TEXT.match(old):
        # Spaces alone may be cut off.
        return compose("pg_catalog.substr({}::text, {}) ~ '[^ ]'", column, literal(int(short[1]) + 1))
    if not _NUMBER.match(old):
        return None
    if new in _BITS:
        end = raw_sql(str(2 ** _BITS[new]))
        return compose("pg_catalog.round({}::numeric) not between -{} and {} - 1", column, end, end)
    if exact := _EXACT.match(new):
        digits, scale = int(exact[1]), int(exact[2])
        end = raw_sql(f"1e{digits - scale}")
        return compose("pg_catalog.abs(pg_catalog.round({}::numeric, {})) >= {}", column, literal(scale), end)
    return None
