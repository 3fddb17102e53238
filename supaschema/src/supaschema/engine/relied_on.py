"""What was computed of rows by a function that changes, and is not computed again. Names no kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from supaschema.core.model import Address, Delta, Edges, Facts, ObjectId
from supaschema.database.connect import Connection
from supaschema.engine.dependencies import dependents
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Anchors, anchors_of
from supaschema.kinds.base import Family


def relied_on(
    connection: Connection,
    deltas: Iterable[Delta],
    addresses: Callable[[], Mapping[ObjectId, Address]],
    elsewhere: Callable[[Anchors], Facts],
    kinds: Kinds,
) -> tuple[str, ...]:
    """Return a sentence for each object that holds results of what changes; asks only where something does.

    Args:
        connection: For asking what stands on it.
        deltas: What changes; of that nothing is told, for it is made by what is new.
        addresses: Tells where the server's catalog has each object.
        elsewhere: Gives the facts of anchors.
        kinds: The registry.

    """
    given = tuple(deltas)
    changed = [
        delta.id
        for delta in given
        if delta.old is not None
        and delta.new is not None
        and kinds[delta.id.kind].gives_otherwise(delta.old, delta.new)
    ]
    if not changed:
        return ()
    edges = dependents(connection, addresses(), changed).edges
    live = elsewhere(anchors_of(id for ids in edges.values() for id in ids))
    made = {delta.id for delta in given}
    return tuple(
        f"{above} holds what {id} gave before it changes: {held}."
        for id in changed
        for above in sorted(set(_above(id, edges, kinds)) & live.keys() - made)
        if (held := kinds[above.kind].holds_results(live[above])) is not None
    )


def _above(id: ObjectId, edges: Edges, kinds: Kinds) -> Iterator[ObjectId]:
    # Through functions that call it.
    seen, waiting = {id}, [id]
    while waiting:
        for other in edges.get(waiting.pop(), frozenset()) - seen:
            seen.add(other)
            yield other
            if kinds[other.kind].family is Family.ROUTINE:
                waiting.append(other)
