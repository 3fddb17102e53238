"""What must stand aside while something changes beneath it: dropped before, recreated after. Pure; knows no kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from supaschema.core.errors import DependencyError
from supaschema.core.model import Delta, ObjectId
from supaschema.engine.diff import Kinds
from supaschema.kinds.base import Context


@dataclass(frozen=True)
class Aside:
    """What goes and comes back although no delta says so.

    Attributes:
        dropped: Objects that are dropped by a statement of their own, each with the object beneath that changes.
        vanishing: Objects that go with a parent that is dropped.
        along: Objects that the server drops along with one that goes.
        notes: A sentence for each object that is recreated, or goes along, for people.

    """

    dropped: Mapping[ObjectId, ObjectId] = field(default_factory=dict)
    vanishing: frozenset[ObjectId] = frozenset()
    along: tuple[ObjectId, ...] = ()
    notes: tuple[str, ...] = ()


def evicted(deltas: Iterable[Delta], kinds: Kinds) -> frozenset[ObjectId]:
    """Return the objects that can be altered only while nothing stands on them."""
    return frozenset(
        delta.id
        for delta in deltas
        if delta.old is not None
        and delta.new is not None
        and kinds[delta.id.kind].evicts(delta.id, delta.old, delta.new)
    )


def standing_aside(deltas: Collection[Delta], replaced: Collection[ObjectId], context: Context, kinds: Kinds) -> Aside:
    """Work out what stands aside.

    Args:
        deltas: What changes.
        replaced: Of them those that are dropped and recreated.
        context: The live facts and what stands on them.
        kinds: The registry.

    Raises:
        DependencyError: Something stands on what is to change, and cannot be recreated.

    """
    gone = {delta.id for delta in deltas if delta.new is None}
    dropped: dict[ObjectId, ObjectId] = {}
    vanishing: set[ObjectId] = set()
    waiting = [(id, id in replaced) for id in sorted({*evicted(deltas, kinds), *replaced})]
    while waiting:
        id, goes = waiting.pop()
        if goes:
            children = _children(id, context, kinds) - vanishing - dropped.keys() - gone
            vanishing |= children
            waiting += [(child, True) for child in sorted(children)]
        for above in sorted(context.edges.get(id, frozenset()) - gone - vanishing - dropped.keys() - set(replaced)):
            kind = kinds[above.kind]
            if above not in context.live or (not goes and kind.rebuilt_by_server):
                continue
            if not kind.recreatable(context.live[above]):
                raise _stuck(above, id)
            dropped[above] = id
            waiting.append((above, True))
    alone = {id: dropped[id] for id in sorted(dropped) if id not in vanishing}
    notes = [f"{id} is dropped and recreated: {beneath} cannot change beneath it." for id, beneath in alone.items()]
    handled = {*replaced, *alone, *vanishing, *(delta.id for delta in deltas)}
    along = tuple(_going_along(gone, handled, context, kinds))
    notes += [f"{id} goes with {beneath}." for id, beneath in along]
    return Aside(alone, frozenset(vanishing), tuple(id for id, _ in along), tuple(notes))


def _going_along(
    gone: set[ObjectId], handled: set[ObjectId], context: Context, kinds: Kinds
) -> Iterator[tuple[ObjectId, ObjectId]]:
    """Yield what the server drops along, with what it goes with; refuse to drop what it would not drop."""
    going = gone.union(*(_children(id, context, kinds) for id in gone))
    for id in sorted(going):
        above = [
            other
            for other in sorted(context.edges.get(id, frozenset()) - handled - going)
            if other in context.live and not going.intersection(kinds[other.kind].parents(other))
        ]
        along = [it for it in above if kinds[it.kind].rebuilt_by_server and it.name[:2] == id.name[:2]]
        stuck = ", ".join(str(it) for it in above if it not in along)
        if stuck:
            raise DependencyError(
                f"it cannot be dropped: {stuck} would lose what it stands on.",
                where=str(id),
                remedy="Nothing was changed. Change or drop that first, in a deployment before this one.",
            )
        yield from ((it, id) for it in along)


def _children(id: ObjectId, context: Context, kinds: Kinds) -> set[ObjectId]:
    return {other for other in context.live if other.name[:2] == id.name[:2] and id in kinds[other.kind].parents(other)}


def _stuck(above: ObjectId, id: ObjectId) -> DependencyError:
    return DependencyError(
        f"{above} stands on it, and cannot be dropped and recreated without loss.",
        where=str(id),
        remedy=f"Nothing was changed. Change {above} first so that it no longer needs it, or leave this as it is.",
    )
