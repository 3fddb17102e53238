"""When a constraint is made: with its table, or its index before all else."""

from __future__ import annotations

from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.constraint_definition import Constraint


def locks_briefly(id: ObjectId, context: Context) -> bool:
    """Return whether a foreign key of a new table may be made in its transaction.

    The table that is referred to is locked until that ends: it makes this one table, and changes no rows.
    """
    return not context.occupied and not any(
        other.kind == "table" and other.name[:2] != id.name[:2] for other in context.fresh
    )


def may_be_built_ahead(id: ObjectId, new: Constraint, context: Context) -> bool:
    """Return whether a key's index may be built first.

    What serves foreign keys meanwhile then goes in the transaction that puts this one in its place.
    """
    columns = {ObjectId("column", (*id.name[:2], name)) for name in new.columns}
    names = {id, ObjectId("index", id.name)}
    return names.isdisjoint(context.live) and columns <= context.live.keys() - context.fresh
