"""What a stored column is computed from, changed in place (PostgreSQL documentation, "ALTER TABLE")."""

from __future__ import annotations

from supaschema.core.model import Hazard, HazardNote, ObjectId, Statement
from supaschema.core.sqltext import WORD, compose, ident, raw_sql
from supaschema.kinds.base import Context
from supaschema.kinds.column_definition import Column
from supaschema.kinds.column_locks import beyond, rewriting

_SINCE = 17
"""The major version that brought SET EXPRESSION."""

_REBUILT = ("index", "constraint", "statistics")
"""The kinds of what the server rebuilds with the column."""


def takes_expression(old: Column, new: Column, major: int) -> bool:
    """Return whether a column can be recomputed in place, and all that stands on it stays.

    Of a virtual column the server refuses that where its table has checks: it is recreated.
    """
    stored = (it.generated is not None and not it.virtual for it in (old, new))
    return major >= _SINCE and all(stored) and old.type == new.type and old.collation == new.collation


def set_expression(id: ObjectId, new: Column, context: Context) -> Statement:
    """Return the statement that recomputes the column; the server rebuilds the indexes on it."""
    assert new.generated is not None
    table, column = ident(*id.name[:2]), ident(id.name[2])
    query = compose("alter table {} alter column {} set expression as ({})", table, column, raw_sql(new.generated))
    lock = rewriting(id)
    rebuilt = ", ".join(str(it) for it in sorted(context.edges.get(id, ())) if it.kind in _REBUILT)
    also = f" and rebuilds {rebuilt}" if rebuilt else ""
    sentence = f"Recomputing {id.name[2]} rewrites {lock.relation}{also}; nobody reads or writes it meanwhile."
    is_occupied = ObjectId("table", id.name[:2]) in context.occupied
    notes = (HazardNote(Hazard.REWRITES_TABLE, sentence),) if is_occupied else ()
    return Statement(query, locks=(lock, *beyond(id, context)), hazards=notes, computes=True)


def beneath(id: ObjectId, definition: Column) -> tuple[ObjectId, ...]:
    """Return the columns that a generated column may read: a word of its text that is none does no harm."""
    words = WORD.findall(definition.generated or "")
    return tuple(ObjectId(id.kind, (*id.name[:2], word)) for word in dict.fromkeys(words) if word != id.name[2])
