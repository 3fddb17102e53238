"""What is somebody's own and attached to another table's object: it stays when that one goes. Names no kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from supaschema.core.model import Definition, Delta, Desired, Facts, Inheritable, ObjectId
from supaschema.engine.diff import Kinds
from supaschema.ledger import LedgerState


def released(
    deltas: Iterable[Delta], desired: Desired, live: Facts, ledger: LedgerState, kinds: Kinds
) -> tuple[Delta, ...]:
    """Return deltas, and those of what would go with what it is attached to, and is wanted or declared on its own.

    Args:
        deltas: What changes.
        desired: What each object shall be.
        live: What there is, also of the tables that inherit from those that change.
        ledger: Who declares what.
        kinds: The registry.

    """
    given = {delta.id: delta for delta in deltas}
    if not given:
        return ()
    # What goes with its table takes the partitions along.
    gone = {id for id, delta in given.items() if delta.new is None}
    stays = {id: item for id, item in live.items() if gone.isdisjoint(kinds[id.kind].parents(id))}
    leaving = {delta.id for delta in given.values() if delta.id in stays and _lets_go(delta, kinds)}
    found = dict(_released(leaving, desired, stays, ledger)) if leaving else {}
    return (*(delta for id, delta in given.items() if id not in found), *found.values())


def _lets_go(delta: Delta, kinds: Kinds) -> bool:
    return delta.old is not None and kinds[delta.id.kind].lets_go(delta.old, delta.new)


def _released(
    leaving: set[ObjectId], desired: Desired, live: Facts, ledger: LedgerState
) -> Iterator[tuple[ObjectId, Delta]]:
    for id, now in live.items():
        if id not in leaving and not leaving.isdisjoint(_wholes(id, live)):
            wanted = desired.get(id) if id in desired else now if ledger.entry(id) is not None else None
            if isinstance(wanted, Inheritable) and (id not in desired or not wanted.inherited):
                yield id, Delta(id, now, msgspec.structs.replace(wanted, inherited=False, attached_to=None))


def _wholes(id: ObjectId, live: Facts) -> Iterator[ObjectId]:
    # What an object is attached to, and what that is attached to.
    now: Definition | None = live.get(id)
    while isinstance(now, Inheritable) and now.attached_to is not None:
        id = ObjectId(id.kind, now.attached_to)
        yield id
        now = live.get(id)
