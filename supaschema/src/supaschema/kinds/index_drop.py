"""How an index is dropped, and what an earlier run that did not come to its end left of one."""

from __future__ import annotations

from supaschema.core.model import HazardNote, Lock, LockMode, Mode, ObjectId, Statement
from supaschema.core.sqltext import compose, ident, relation_name
from supaschema.kinds.base import Context


def drop_index(id: ObjectId, name: str, *notes: HazardNote, at_once: bool = False) -> Statement:
    """Return what drops an index, without blocking anybody unless it has to be done at once.

    Args:
        id: The index, or the constraint whose index it is to be: its table is named first.
        name: The index's name.
        notes: The risks.
        at_once: Whether the table is partitioned: the server drops no index of one concurrently.

    """
    index = ident(id.name[0], name)
    if at_once:
        lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
        query = compose("drop index if exists {}", index)
        return Statement(query, locks=(lock,), hazards=notes, mode=Mode.OWN_TRANSACTION)
    lock = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE)
    query = compose("drop index concurrently if exists {}", index)
    return Statement(query, locks=(lock,), hazards=notes, mode=Mode.ALONE)


def leftovers(id: ObjectId, context: Context, *names: str, at_once: bool = False) -> tuple[Statement, ...]:
    """Return what drops the table's own indexes of these names; nothing where there are none.

    An index of that name on another table is none of ours: it is left, and the server says that the name is taken.
    """
    there = context.live.keys() - context.dropped
    return tuple(
        drop_index(id, name, at_once=at_once) for name in names if ObjectId("index", (*id.name[:2], name)) in there
    )
