"""Columns that the server lets hold no NULL, whatever is declared of them (ATExecDropNotNull() in its tablecmds.c)."""

from __future__ import annotations

from supaschema.core.errors import DependencyError
from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.constraint_definition import Constraint
from supaschema.kinds.index_definition import Index


def require_optional(id: ObjectId, context: Context) -> None:
    """Refuse that a column is to hold NULL which its table's rows are told apart by.

    What the plan itself is about to drop or change is not in the way.

    Raises:
        DependencyError: Naming the key.

    """
    if ObjectId("table", id.name[:2]) in context.wanted:
        return
    for other in context.live_of(id.name[:2]):
        item = context.live[other]
        if other in context.dropped or other in context.wanted or not isinstance(item, Constraint | Index):
            continue
        is_primary = isinstance(item, Constraint) and item.type == "p"
        if id.name[2] not in _columns(item) or not (is_primary or item.replica_identity):
            continue
        what = "the primary key" if is_primary else "what tells a subscriber which row changed,"
        raise DependencyError(
            f"the column cannot hold NULL while it is in {what} {other.name[2]}.",
            where=str(ObjectId("column", id.name)),
            remedy="Nothing was changed. Declare it NOT NULL (nullable=False), or take it out of that first.",
        )


def _columns(item: Constraint | Index) -> tuple[str, ...]:
    return item.columns if isinstance(item, Constraint) else item.key_columns()
