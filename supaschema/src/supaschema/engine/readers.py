"""Who reads with its reader's rights what a plan closes: views and policies that fail, or that show other rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from supaschema.core.model import Address, Delta, Edges, Facts, Hazard, HazardNote, ObjectId
from supaschema.core.sqltext import relation_name
from supaschema.database.connect import Connection
from supaschema.engine.dependencies import dependents
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Anchors, anchors_of
from supaschema.supabase.roles import PUBLIC


@dataclass(frozen=True, slots=True)
class Told:
    """What becomes of readers.

    Attributes:
        failing: By object that says who may read, what fails without it.
        notes: A sentence for each reader that shows other rows.

    """

    failing: Mapping[ObjectId, HazardNote] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def told(
    connection: Connection,
    deltas: Collection[Delta],
    live: Facts,
    kinds: Kinds,
    *,
    addresses: Callable[[], Mapping[ObjectId, Address]],
    elsewhere: Callable[[Anchors], Facts],
) -> Told:
    """Return what becomes of those that read what the deltas close or decide over; asks nothing where none does.

    Args:
        connection: For asking what stands on what.
        deltas: What changes.
        live: What the catalog holds of the plan's own relations.
        kinds: The registry.
        addresses: Tells where the server's catalog has each object.
        elsewhere: Gives the facts of other relations.

    """
    gone = {delta.id for delta in deltas if delta.new is None}
    stay = [delta for delta in deltas if gone.isdisjoint(kinds[delta.id.kind].parents(delta.id))]
    closing = [delta for delta in stay if _losers(delta, kinds)]
    deciding = [delta for delta in stay if kinds[delta.id.kind].decides_over_rows]
    beneath = {parent for delta in (*closing, *deciding) for parent in kinds[delta.id.kind].parents(delta.id)}
    beneath &= live.keys()
    if not beneath:
        return Told()
    edges = dependents(connection, addresses(), beneath).edges
    above = {reader for readers in edges.values() for reader in readers}
    readers = _Readers(deltas, {**elsewhere(anchors_of(above)), **live}, edges, kinds)
    failing = {delta.id: note for delta in closing if (note := readers.failing(delta)) is not None}
    return Told(failing, tuple(dict.fromkeys(text for delta in deciding for text in readers.showing(delta))))


def _losers(delta: Delta, kinds: Kinds) -> frozenset[str]:
    kind = kinds[delta.id.kind]
    if delta.old is None:
        return frozenset()
    return kind.readers(delta.old) - (frozenset() if delta.new is None else kind.readers(delta.new))


class _Readers:
    """What reads some relations, before the deltas and after them."""

    def __init__(self, deltas: Iterable[Delta], live: Facts, edges: Edges, kinds: Kinds) -> None:
        self._before = live
        new = {delta.id: delta.new for delta in deltas}
        self._after = {id: item for id, item in {**live, **new}.items() if item is not None}
        self._changing = new.keys()
        self._edges = edges
        self._kinds = kinds

    def failing(self, delta: Delta) -> HazardNote | None:
        """Return what fails for those who may read no longer."""
        relation, losers = delta.id.name[:2], _losers(delta, self._kinds)
        parts = [
            f"{reader} fails for {', '.join(sorted(who))}"
            for reader, read in self._of(relation)
            if (who := {role for role in self._roles(reader, losers) if self._loses(role, read)})
        ]
        if not parts:
            return None
        sentence = f"{'; '.join(parts)}: it reads {relation_name(relation)} with the rights of whoever asks."
        return HazardNote(Hazard.CORRECTNESS, sentence)

    def showing(self, delta: Delta) -> Iterator[str]:
        """Yield a sentence on each reader that shows other rows than before."""
        relation = delta.id.name[:2]
        for reader, _ in self._of(relation):
            if self._kinds[reader.kind].read_by(reader, self._after[reader], self._after):
                what = f"{reader} reads {relation_name(relation)} with the rights of whoever asks"
                yield f"{what}: which rows that are changes with {delta.id}."

    def _of(self, relation: tuple[str, ...]) -> list[tuple[ObjectId, set[ObjectId]]]:
        # Of other relations, with what each reads there; what the plan itself changes is looked after there.
        found: dict[ObjectId, set[ObjectId]] = {}
        for beneath, above in self._edges.items():
            for reader in above:
                if beneath.name[:2] == relation != reader.name[:2] and reader not in self._changing:
                    found.setdefault(reader, set()).add(beneath)
        return sorted((reader, read) for reader, read in found.items() if reader in self._after)

    def _roles(self, reader: ObjectId, losers: frozenset[str]) -> frozenset[str]:
        asking = self._kinds[reader.kind].read_by(reader, self._after[reader], self._after)
        if PUBLIC in asking:
            return losers
        return asking if PUBLIC in losers else asking & losers

    def _loses(self, role: str, read: Iterable[ObjectId]) -> bool:
        return any(self._may(role, id, self._before) and not self._may(role, id, self._after) for id in read)

    def _may(self, role: str, id: ObjectId, facts: Facts) -> bool:
        # By a grant on the relation, on the part that is read, or where it is read as a whole on any of its parts.
        return any(
            not {role, PUBLIC}.isdisjoint(self._kinds[other.kind].readers(item))
            for other, item in facts.items()
            if other.name[: len(id.name)] == id.name[: len(other.name)]
        )
