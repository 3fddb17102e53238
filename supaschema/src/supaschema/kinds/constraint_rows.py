"""Rows that forbid a constraint: the query that finds them, and what is refused because of them."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.model import ObjectId, Precondition
from supaschema.core.sqltext import compose, ident, idents, raw_sql, relation_name
from supaschema.kinds.base import Context
from supaschema.kinds.constraint_definition import Constraint
from supaschema.kinds.index_entries import entries_of_key
from supaschema.kinds.rows_to_be import rows_to_be


def rows_against(id: ObjectId, new: Constraint, context: Context | None = None) -> sql.Composable | None:
    """Return the query that finds the rows for which the constraint cannot hold; None: it cannot be told.

    With a context they are the rows as its plan makes them.
    """
    table = ident(*id.name[:2]) if context is None else rows_to_be(id.name[:2], context)
    if new.type == "c":
        return compose("select * from {} where not ({})", table, raw_sql(new.expression or "true"))
    columns, others = new.columns, new.referenced_columns
    if new.type in "pu" and columns:
        keys = idents(columns)
        # NULL equals no other, unless the constraint says so.
        known = sql.SQL(" and ").join(compose("{} is not null", ident(name)) for name in columns)
        where = compose(" where {}", known) if new.nulls_distinct else sql.SQL("")
        return compose("select {}, count(*) from {}{} group by {} having count(*) > 1", keys, table, where, keys)
    if new.type != "f" or not columns or len(columns) != len(others):
        return None
    both = sql.SQL(" and ")
    names = tuple((new.references or "").split(".", 1))
    referred = ident(*names)
    same = both.join(
        compose("{} = {}", ident("other", theirs), ident("own", ours))
        for ours, theirs in zip(columns, others, strict=True)
    )
    return compose(
        "select * from {} where {} and not exists (select from {} where {})",
        compose("{} as own", table) if context is None else rows_to_be(id.name[:2], context, "own"),
        both.join(compose("{} is not null", ident("own", name)) for name in columns),
        compose("{} as other", referred) if context is None else rows_to_be(names, context, "other"),
        same,
    )


def preconditions(id: ObjectId, new: Constraint, context: Context) -> tuple[Precondition, ...]:
    """Return what must hold before the constraint is added; nothing: it need not hold for rows that exist."""
    find, table = rows_against(id, new, context), relation_name(id.name)
    if find is None or not (new.validated and new.enforced):
        return ()
    match new.type:
        case "c":
            reason = f"rows of {table} break the check {id.name[2]} that is to hold"
        case "f":
            reason = f"rows of {table} refer to no row of {new.references}, which the foreign key {id.name[2]} forbids"
        case _:
            keys = ", ".join(new.columns)
            reason = f"values of {table} ({keys}) occur more than once, which the constraint {id.name[2]} forbids"
            return (Precondition(reason, find), *entries_of_key(id, new, context))
    return (Precondition(reason, find),)
