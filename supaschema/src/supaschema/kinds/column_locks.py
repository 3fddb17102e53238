"""The locks that changes of columns take."""

from __future__ import annotations

from supaschema.core.model import Lock, LockMode, ObjectId
from supaschema.core.sqltext import relation_name
from supaschema.kinds.base import Context
from supaschema.kinds.constraint import Constraint


def exclusive(id: ObjectId) -> Lock:
    """Return the lock of a change that only the catalog sees."""
    return Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)


def rewriting(id: ObjectId) -> Lock:
    """Return the lock of a change that rewrites every row."""
    return Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE, scans=True, rewrites=True)


def beyond(id: ObjectId, context: Context) -> tuple[Lock, ...]:
    """Return the locks on other tables where a column changes: the server recreates its foreign keys, both ways."""
    own, column = relation_name(id.name), id.name[2]
    above = {relation_name(other.name) for other in context.edges.get(id, ()) if other.kind == "constraint"}
    beneath = {
        item.references
        for other, item in context.live.items()
        if isinstance(item, Constraint) and relation_name(other.name) == own and column in item.columns
    }
    referring = (Lock(name, LockMode.ACCESS_EXCLUSIVE, scans=True) for name in sorted(above - {own}))
    referred = sorted(name for name in beneath - above - {own} if name is not None)
    return (*referring, *(Lock(name, LockMode.ACCESS_EXCLUSIVE) for name in referred))
