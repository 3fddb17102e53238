"""What must stand aside while something changes beneath it: dropped before, recreated after. Pure; knows no kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from supaschema.core.errors import DependencyError
from supaschema.core.model import Definition, Delta, Facts, ObjectId
from supaschema.core.named_in_texts import qualified_names
from supaschema.engine.diff import Kinds, texts
from supaschema.engine.named_schemas import text_of
from supaschema.kinds.base import Context

_Children = Mapping[ObjectId, set[ObjectId]]


@dataclass(frozen=True)
class Aside:
    """What goes and comes back although no delta says so.

    Attributes:
        dropped: Objects that are dropped by a statement of their own, each with the object beneath that changes.
        eased: Objects that are altered and then altered back, each with the object beneath that changes.
        lighter: What each of those is meanwhile.
        carried: Objects that are changed along with what they are of, each with that.
        vanishing: Objects that go with a parent that is dropped.
        along: Objects that the server drops along with one that goes.
        notes: A sentence for each object that is recreated, or goes along, for people.

    """

    dropped: Mapping[ObjectId, ObjectId] = field(default_factory=dict)
    eased: Mapping[ObjectId, ObjectId] = field(default_factory=dict)
    lighter: Facts = field(default_factory=dict)
    carried: Mapping[ObjectId, ObjectId] = field(default_factory=dict)
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
    walk = _Walk(deltas, gone, replaced, context, kinds)
    walk.go({id: id in replaced for id in (*evicted(deltas, kinds), *replaced)} | dict.fromkeys(walk.superseded, True))
    _require_successors(walk.dropped, deltas, gone, context, kinds)
    alone = {id: walk.dropped[id] for id in sorted(walk.dropped) if id not in walk.vanishing}
    eased = {id: walk.eased[id] for id in sorted(walk.eased.keys() - walk.dropped.keys() - walk.vanishing)}
    notes = [f"{id} is dropped and recreated: {beneath} cannot change beneath it." for id, beneath in alone.items()]
    notes += [f"{id} lets go of {beneath} while that changes, and is set again." for id, beneath in eased.items()]
    handled = {*replaced, *alone, *eased, *walk.carried, *walk.vanishing, *(delta.id for delta in deltas)}
    along = tuple(_going_along(gone, handled, walk.children, context, kinds))
    archived = gone & context.occupied
    notes += [
        f"{id} goes to the archive with {beneath}."
        if archived.intersection(kinds[beneath.kind].parents(beneath))
        else f"{id} is dropped with {beneath}."
        for id, beneath in along
    ]
    carried = {id: walk.carried[id] for id in sorted(walk.carried.keys() - walk.dropped.keys() - walk.vanishing)}
    notes += [f"{id} is changed along with {beneath}." for id, beneath in carried.items()]
    lighter = {id: walk.lighter[id] for id in eased}
    return Aside(alone, eased, lighter, carried, frozenset(walk.vanishing), tuple(id for id, _ in along), tuple(notes))


def _require_successors(
    dropped: Mapping[ObjectId, ObjectId],
    deltas: Iterable[Delta],
    gone: Collection[ObjectId],
    context: Context,
    kinds: Kinds,
) -> None:
    """Refuse to drop what no object can carry afterwards as the one beneath it did, where that is told by its kind."""
    live = context.live
    # What carries nothing in its own place either is not asked: what stands on it is made for another reason.
    beneath = {id for id in dropped.values() if kinds[id.kind].succeeds(id, live[id], id, live[id])}
    if not beneath:
        return
    after = {**live, **{delta.id: delta.new for delta in deltas if delta.new is not None}}
    for above, id in dropped.items():
        if id in beneath and not any(
            kinds[id.kind].succeeds(other, after[other], id, live[id])
            for other in after
            if other.name[:2] == id.name[:2] and other not in gone
        ):
            raise DependencyError(
                f"{above} stands on it, and could not stand on it as it is to be.",
                where=str(id),
                remedy=f"Nothing was changed. Change or drop {above} first, or leave this as it is.",
            )


class _Walk:
    """From what changes to all that stands on it."""

    def __init__(
        self,
        deltas: Collection[Delta],
        gone: set[ObjectId],
        replaced: Collection[ObjectId],
        context: Context,
        kinds: Kinds,
    ) -> None:
        """Take what changes, and find what is dropped while another object takes its place."""
        self._gone = gone
        self._context = context
        self._kinds = kinds
        self._changing = gone.union(replaced)
        self.children = _children(context, kinds)
        self._moving = {delta.id for delta in deltas if _says_otherwise(delta, kinds)}
        self.superseded = frozenset(_superseded(deltas, gone, context, kinds))
        self.dropped: dict[ObjectId, ObjectId] = {}
        self.eased: dict[ObjectId, ObjectId] = {}
        self.lighter: dict[ObjectId, Definition] = {}
        self.carried: dict[ObjectId, ObjectId] = {}
        self.vanishing: set[ObjectId] = set()
        self._followed: set[ObjectId] = set()

    def go(self, begin: Mapping[ObjectId, bool]) -> None:
        """Find what stands aside for some objects, each with whether it is dropped."""
        waiting = sorted(begin.items())
        while waiting:
            id, goes = waiting.pop()
            if goes and id not in self._gone:
                children = self.children.get(id, set()) - self.vanishing - self.dropped.keys() - self._gone
                self.vanishing |= children
                waiting += [(child, True) for child in sorted(children)]
            for above in sorted(self._context.edges.get(id, frozenset()) - self._staying(id)):
                if self._is_inherited_from(above, id):
                    # It changes with that; what stands on it is in the way likewise.
                    waiting += [(above, goes)] if above not in self._followed else []
                    self._followed.add(above)
                elif goes and self._is_carried(above, id):
                    self.carried[above] = id
                    waiting.append((above, False))
                elif self._steps_aside(above, id, goes=goes):
                    waiting.append((above, True))

    def _staying(self, id: ObjectId) -> set[ObjectId]:
        # What says something else by then may well stand on the object that takes the place.
        handled = self._changing | self.vanishing | self.dropped.keys()
        return handled | self._moving if id in self.superseded else handled

    def _is_inherited_from(self, above: ObjectId, id: ObjectId) -> bool:
        live = self._context.live.get(above)
        return live is not None and above.kind == id.kind and self._kinds[above.kind].is_inherited(live)

    def _is_carried(self, above: ObjectId, id: ObjectId) -> bool:
        live = self._context.live.get(above)
        return live is not None and id not in self._gone and self._kinds[id.kind].carries(id, above, live)

    def _steps_aside(self, above: ObjectId, id: ObjectId, *, goes: bool) -> bool:
        """Note what happens to an object for one beneath it, and return whether it is dropped."""
        kind, live = self._kinds[above.kind], self._context.live
        if above not in live or (not goes and kind.rebuilt_by_server):
            return False
        lighter = kind.eased(live[above], id)
        if lighter is not None:
            self.eased[above], self.lighter[above] = id, lighter
            return False
        if not kind.recreatable(live[above]):
            raise _stuck(above, id)
        self.dropped[above] = id
        return True


def _says_otherwise(delta: Delta, kinds: Kinds) -> bool:
    if delta.old is None or delta.new is None:
        return False
    kind = kinds[delta.id.kind]
    return texts(kind, delta.id, delta.old) != texts(kind, delta.id, delta.new)


def _superseded(deltas: Collection[Delta], gone: set[ObjectId], context: Context, kinds: Kinds) -> Iterator[ObjectId]:
    """Yield what is dropped while what stands on it may go on standing on another object."""
    kept = {delta.id: delta.new for delta in deltas if delta.new is not None}
    places: dict[tuple[str, ...], list[tuple[ObjectId, Definition]]] = {}
    for id, definition in {**context.live, **kept}.items():
        if id not in gone:
            places.setdefault(id.name[:2], []).append((id, definition))
    for id in sorted(gone & context.edges.keys()):
        kind = kinds[id.kind]
        others = places.get(id.name[:2], ())
        if any(kind.succeeds(other, new, id, context.live[id]) for other, new in others):
            yield id


def _going_along(
    gone: set[ObjectId], handled: set[ObjectId], children: _Children, context: Context, kinds: Kinds
) -> Iterator[tuple[ObjectId, ObjectId]]:
    """Yield what the server drops along, with what it goes with; refuse to drop what it would not drop."""
    going = gone.union(*(children.get(id, ()) for id in gone))
    taken: dict[ObjectId, ObjectId] = {}
    while True:
        taken |= dict(_going_with(going, handled, context, kinds))
        more = {*_inheriting(going, context, kinds), *taken} - going
        if not more:
            break
        going |= more
    yield from taken.items()
    for id in sorted(going):
        every = context.edges.get(id, frozenset())
        changed = {other.name[:2] for other in every & handled}
        above = [
            other
            for other in sorted(every - handled - going)
            if other in context.live
            and not going.intersection(kinds[other.kind].parents(other))
            and not (other.name[:2] in changed and _is_rebuilt_without(other, id, context, kinds))
        ]
        along = [it for it in above if kinds[it.kind].rebuilt_by_server and it.name[:2] == id.name[:2]]
        stuck = ", ".join(str(it) for it in above if it not in along)
        if stuck:
            raise DependencyError(
                f"it cannot be dropped: {stuck} would lose what it stands on.",
                where=str(id),
                remedy="Nothing was changed. If that is declared to change too, declare both in one ObjectSet, so that "
                "they change in one plan; else change or drop it in a deployment before this one.",
            )
        yield from ((it, id) for it in along)


def _is_rebuilt_without(other: ObjectId, id: ObjectId, context: Context, kinds: Kinds) -> bool:
    # What stands on an object by what it is of alone, the server builds again without it once that has let go.
    kind, live = kinds[other.kind], context.live[other]
    is_named = id in kind.references(other, live) or id.name[:2] in qualified_names(text_of(live))
    return kind.rebuilt_by_server and not is_named


def _going_with(
    ids: Iterable[ObjectId], handled: set[ObjectId], context: Context, kinds: Kinds
) -> Iterator[tuple[ObjectId, ObjectId]]:
    # What the server drops with an object although its name does not say so, and nobody speaks of.
    for id in sorted(ids):
        for above in sorted(context.edges.get(id, frozenset()) - handled):
            if above in context.live and id in kinds[above.kind].goes_with(context.live[above]):
                yield above, id


def _inheriting(ids: Iterable[ObjectId], context: Context, kinds: Kinds) -> Iterator[ObjectId]:
    # What goes with the objects of the tables that it is inherited from.
    for id in ids:
        for above in context.edges.get(id, frozenset()):
            if above in context.live and kinds[above.kind].is_inherited(context.live[above]):
                yield above


def _children(context: Context, kinds: Kinds) -> _Children:
    """Return, by object, the live ones of its relation or routine that belong to it."""
    found: dict[ObjectId, set[ObjectId]] = {}
    for other in context.live:
        for parent in kinds[other.kind].parents(other):
            if other.name[:2] == parent.name[:2]:
                found.setdefault(parent, set()).add(other)
    return found


def _stuck(above: ObjectId, id: ObjectId) -> DependencyError:
    return DependencyError(
        f"{above} stands on it, and cannot be dropped and recreated without loss.",
        where=str(id),
        remedy=f"Nothing was changed. Change {above} first so that it no longer needs it, or leave this as it is.",
    )
