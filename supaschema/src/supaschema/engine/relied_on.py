"""What relies on a function that changes: what was computed with it before, and policies. Names no kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from supaschema.core.model import Address, Delta, Edges, Facts, Hazard, HazardNote, ObjectId
from supaschema.core.sqltext import relation_name
from supaschema.database.connect import Connection
from supaschema.engine.dependencies import dependents
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Anchors, anchors_of
from supaschema.kinds.base import Family

_NAMED = 3
"""How many policies are named; of more, it is told how many there are."""


@dataclass(frozen=True, slots=True)
class Relying:
    """What relies on objects that change.

    Attributes:
        notes: A sentence for each object that holds results of what changes.
        admitting: By object that changes, which policies may admit other rows with it.

    """

    notes: tuple[str, ...] = ()
    admitting: Mapping[ObjectId, HazardNote] = field(default_factory=dict)


def relied_on(
    connection: Connection,
    deltas: Iterable[Delta],
    addresses: Callable[[], Mapping[ObjectId, Address]],
    elsewhere: Callable[[Anchors], Facts],
    kinds: Kinds,
) -> Relying:
    """Return what relies on what changes; asks only where something gives other results than before.

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
        return Relying()
    edges = dependents(connection, addresses(), changed).edges
    live = elsewhere(anchors_of(id for ids in edges.values() for id in ids))
    made = {delta.id for delta in given}
    relying = {id: sorted(set(_above(id, edges, kinds)) & live.keys() - made) for id in changed}
    notes = tuple(
        f"{above} holds what {id} gave before it changes: {held}."
        for id, found in relying.items()
        for above in found
        if (held := kinds[above.kind].holds_results(live[above])) is not None
    )
    deciding = {id: [above for above in found if kinds[above.kind].decides_over_rows] for id, found in relying.items()}
    return Relying(notes, {id: _admitting(id, found) for id, found in deciding.items() if found})


def _admitting(id: ObjectId, deciding: Sequence[ObjectId]) -> HazardNote:
    left = len(deciding) - _NAMED
    each = (f'{it.kind} "{it.name[-1]}" on {relation_name(it.name)}' for it in deciding[:_NAMED])
    named = ", ".join(each) + (f" and {left} more" if left > 0 else "")
    asks = "which asks" if len(deciding) == 1 else "which ask"
    return HazardNote(Hazard.AUTHZ_UPDATE, f"Other rows than before may be admitted by {named}, {asks} {id}.")


def _above(id: ObjectId, edges: Edges, kinds: Kinds) -> Iterator[ObjectId]:
    # Through functions that call it.
    seen, waiting = {id}, [id]
    while waiting:
        for other in edges.get(waiting.pop(), frozenset()) - seen:
            seen.add(other)
            yield other
            if kinds[other.kind].family is Family.ROUTINE:
                waiting.append(other)
