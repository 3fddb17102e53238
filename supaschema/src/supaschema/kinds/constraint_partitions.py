"""Constraints of a table that is partitioned already: what its partitions have is taken over, as if it were built."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from supaschema.core.model import Lock, LockMode, ObjectId, Statement
from supaschema.core.sqltext import Name, relation_name
from supaschema.kinds.base import Context
from supaschema.kinds.constraint_definition import Constraint, changes, resolved
from supaschema.kinds.partitions import is_partitioned

_LOCKS_ALL_FROM = 18
"""Servers from this one on lock partitions as they do the table that gets a key."""


def is_served(partition: Name, new: Constraint, context: Context) -> bool:
    """Return whether a partition has one of its own already that is alike."""
    return any(
        isinstance(item, Constraint) and not item.inherited and not changes(item, resolved(new, item))
        for id, item in context.live.items()
        if id.name[:2] == partition
    )


def locks_of_whole(id: ObjectId, new: Constraint, context: Context) -> tuple[Lock, ...]:
    """Return what is locked by the statement that gives the partitioned table what all of its partitions have."""
    # As measured: what the partitions have is taken over, which takes triggers off the table that is referred to.
    below = context.below.get(relation_name(id.name), ())
    if new.references:
        there = LockMode.ACCESS_EXCLUSIVE if below else LockMode.SHARE_ROW_EXCLUSIVE
        return (Lock(relation_name(id.name), LockMode.SHARE_ROW_EXCLUSIVE), Lock(new.references, there))
    own = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE, alone=True)
    mode = LockMode.ACCESS_EXCLUSIVE if context.major >= _LOCKS_ALL_FROM else LockMode.SHARE
    return (own, *(Lock(name, mode) for name in below))


def taking_over(
    statements: Iterable[Statement], id: ObjectId, new: Constraint, context: Context
) -> tuple[Statement, ...]:
    """Return the statements that add a foreign key and prove it, with the locks that they take where some have it.

    What a partition has is taken over by the first, as in `locks_of_whole`, and not proven again by the second.
    """
    add, *proof = statements
    below = context.below.get(relation_name(id.name), ())
    served = {name for name in below if is_served(tuple(name.split(".", 1)), new, context)}
    if new.type != "f" or not is_partitioned(id, context) or not served:
        return (add, *proof)
    add = replace(add, locks=locks_of_whole(id, new, context))
    return (add, *(replace(item, locks=tuple(_without(item.locks, id, served, below))) for item in proof))


def _without(locks: Iterable[Lock], id: ObjectId, served: set[str], below: Iterable[str]) -> Iterable[Lock]:
    for lock in locks:
        if lock.relation != relation_name(id.name):
            yield lock
            continue
        yield replace(lock, alone=True)
        yield from (replace(lock, relation=name) for name in below if name not in served)
