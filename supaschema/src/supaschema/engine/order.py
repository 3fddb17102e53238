"""The order of a plan's statements: by what depends on what, then by phase, then by kind. Pure; names no kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import IntEnum
from typing import Any, NamedTuple

from supaschema.core.model import Definition, Delta, Edges, Mode, ObjectId, Phase, Statement, Steps
from supaschema.core.named_in_texts import qualified_names, words
from supaschema.engine.diff import Kinds
from supaschema.engine.graph import ordered
from supaschema.engine.leaving import dropped_with
from supaschema.engine.named_schemas import schemas_named, text_of
from supaschema.kinds.base import Context, Family


class _Act(IntEnum):
    RESTORE = 0
    DROP = 1
    MAKE = 2


class _Piece(NamedTuple):
    """The statements of one phase that restore an object, that drop it, or that make or alter it."""

    act: _Act
    id: ObjectId
    phase: Phase


Pieces = dict[_Piece, tuple[Statement, ...]]
Befores = dict[_Piece, set[_Piece]]


def in_order(  # noqa: PLR0917
    deltas: Sequence[Delta],
    drops: Mapping[ObjectId, Steps],
    made: Mapping[ObjectId, Steps],
    finishes: Iterable[Steps],
    alike: Collection[ObjectId],
    context: Context,
    kinds: Kinds,
) -> tuple[Statement, ...]:
    """Return all statements in the order in which they run.

    Args:
        deltas: Every difference, recreated objects included.
        drops: What drops each object that goes or is recreated, in the order that nothing else decides.
        made: What makes or alters each object.
        finishes: What kinds add for all of their objects; it is of phase VALUES, and comes first there.
        alike: What is dropped and recreated as it was, around a change beneath it.
        context: The live facts and what stands on them.
        kinds: The registry.

    """
    tables = {lock.relation for steps in finishes for statement in steps.statements for lock in statement.locks}
    pieces = dict(
        (*_restores(context), *_pieces(_Act.DROP, drops, tables, kinds), *_pieces(_Act.MAKE, made, tables, kinds))
    )
    relations = _Graph(pieces, tuple(deltas), context, kinds).relations()
    place = _places(drops, deltas, alike, context, kinds)
    sequence = ordered(
        pieces,
        relations,
        lambda piece: (_phase(piece, alike), place[piece.act, piece.id]),
        together=_together(pieces, drops, context, kinds),
        breaks=_breaks(pieces, drops),
    )
    first = next((at for at, piece in enumerate(sequence) if piece.phase >= Phase.VALUES), len(sequence))
    middle = (replace(item, phase=Phase.VALUES) for steps in finishes for item in steps.statements)
    return (*_texts(sequence[:first], pieces), *middle, *_texts(sequence[first:], pieces))


def _phase(piece: _Piece, alike: Collection[ObjectId]) -> Phase:
    # With what changes beneath it, so that nothing that commits comes in between.
    return Phase.STRUCTURE if piece.id in alike and piece.phase in (Phase.ACCESS, Phase.REFERENCES) else piece.phase


def _together(pieces: Pieces, drops: Collection[ObjectId], context: Context, kinds: Kinds) -> dict[_Piece, set[_Piece]]:
    """Return, by what drops an object that is recreated, what makes it again: nobody is to miss it meanwhile."""
    found: dict[_Piece, set[_Piece]] = {}
    for piece in pieces:
        if piece.act is _Act.MAKE and Phase.STRUCTURE <= piece.phase <= Phase.ACCESS and piece.id in context.fresh:
            back = {id for id in (piece.id, *kinds[piece.id.kind].parents(piece.id)) if id in drops}
            back = {id for id in back if not kinds[id.kind].parents(id)}
            for id in back & context.fresh if piece.id in context.live else ():
                found.setdefault(_Piece(_Act.DROP, id, Phase.STRUCTURE), set()).add(piece)
    return found


def _breaks(pieces: Pieces, drops: Collection[ObjectId]) -> set[_Piece]:
    # What takes the name of something else that goes stays behind that.
    leaving = {(id.name[0], id.name[-1]): id for id in drops}
    return {
        piece
        for piece, texts in pieces.items()
        if any(item.mode is not Mode.TRANSACTION for item in texts)
        and leaving.get((piece.id.name[0], piece.id.name[-1]), piece.id) == piece.id
    }


def _texts(sequence: Iterable[_Piece], pieces: Pieces) -> Iterator[Statement]:
    return (statement for piece in sequence for statement in pieces[piece])


def _restores(context: Context) -> Iterator[tuple[_Piece, tuple[Statement, ...]]]:
    for id, steps in context.restores.items():
        statements = tuple(replace(item, phase=Phase.COPY, about=id) for item in steps.statements)
        yield _Piece(_Act.RESTORE, id, Phase.COPY), statements


def _pieces(
    act: _Act, steps: Mapping[ObjectId, Steps], tables: set[str], kinds: Kinds
) -> Iterator[tuple[_Piece, tuple[Statement, ...]]]:
    for id, found in steps.items():
        kind = kinds[id.kind]
        waits = act is _Act.MAKE and kind.needs_values and ".".join(id.name[:2]) in tables
        usual = Phase.VALUES if waits else Phase.STRUCTURE if act is _Act.DROP else kind.phase
        for phase in Phase:
            of_phase = tuple(
                replace(item, phase=phase, about=id) for item in found.statements if (item.phase or usual) is phase
            )
            if of_phase or phase is usual:
                yield _Piece(act, id, phase), of_phase


def _places(
    drops: Mapping[ObjectId, Steps],
    deltas: Sequence[Delta],
    alike: Collection[ObjectId],
    context: Context,
    kinds: Kinds,
) -> dict[tuple[_Act, ObjectId], tuple[Any, ...]]:
    # Drops first, in the reverse of creation; what closes a new object follows it at once.
    rank = {name: position for position, name in enumerate(kinds)}
    places: dict[tuple[_Act, ObjectId], tuple[Any, ...]] = {}
    for position, id in enumerate(context.restores):
        places[_Act.RESTORE, id] = (_Act.RESTORE, position)
    for position, id in enumerate(drops):
        places[_Act.DROP, id] = (_Act.DROP, position, 0)
    positions = {delta.id: (rank[delta.id.kind], position) for position, delta in enumerate(deltas)}
    for id, own in positions.items():
        parent = next((parent for parent in kinds[id.kind].parents(id) if parent in context.fresh), id)
        at = positions[parent] if kinds[id.kind].phase is Phase.ACCESS and parent in positions else own
        places[_Act.MAKE, id] = (_Act.MAKE, *at, 1, *own)
    # Right before what changes beneath it, and right after.
    for id in alike:
        beneath = positions.get(_beneath(id, context, kinds))
        if beneath is not None:
            places[_Act.MAKE, id] = (_Act.MAKE, *beneath, 2, *positions[id])
            if (_Act.DROP, id) in places:
                places[_Act.DROP, id] = (_Act.MAKE, *beneath, 0, *places[_Act.DROP, id][1:])
    return places


def _beneath(id: ObjectId, context: Context, kinds: Kinds) -> ObjectId:
    """Return what changes at the bottom of what an object stood on, or went with."""
    while True:
        parent = next((parent for parent in kinds[id.kind].parents(id) if parent in context.aside), None)
        if id in context.aside:
            id = context.aside[id]
        elif parent is not None:
            id = parent
        else:
            return id


class _Graph:
    """What must come before what, from several sources."""

    def __init__(self, pieces: Pieces, deltas: tuple[Delta, ...], context: Context, kinds: Kinds) -> None:
        """Take what is to be ordered."""
        self._pieces = pieces
        self._deltas = deltas
        self._context = context
        self._kinds = kinds
        self._holders = {fact.id: parent for parent, facts in context.children.items() for fact in facts}
        self._groups: dict[tuple[Any, ...], list[_Piece]] = {}
        self._acts: dict[tuple[_Act, ObjectId], list[_Piece]] = {}
        for piece in pieces:
            self._acts.setdefault((piece.act, piece.id), []).append(piece)
            if piece.act is _Act.DROP:
                self._groups.setdefault(self._group(piece.id), []).append(piece)

    def relations(self) -> tuple[Befores, ...]:
        """Return all that decides the order, the strongest first."""
        return (
            self.own(),
            self.copying(),
            self.restoring(),
            self.standing(),
            self.belonging(),
            self.bringing(),
            self.qualified(),
            self.named(),
            self.referring(),
            self.live(),
        )

    def own(self) -> Befores:
        """An object is dropped before it, or another one of its name, is made, each phase after phase."""
        found: Befores = {}
        leaving: dict[tuple[str, ...], set[_Piece]] = {}
        for piece in self._pieces:
            if piece.act is _Act.DROP and not self._kinds[piece.id.kind].parents(piece.id):
                leaving.setdefault(piece.id.name, set()).add(piece)
        for piece in self._pieces:
            earlier = {one for one in self._acts[piece.act, piece.id] if one.phase < piece.phase}
            if piece.act is _Act.MAKE:
                last = min(piece.phase, Phase.STRUCTURE)
                before = set(self._acts.get((_Act.DROP, piece.id), ()))
                if piece.id in self._context.fresh and not self._kinds[piece.id.kind].parents(piece.id):
                    before |= leaving.get(piece.id.name, set())
                earlier |= {one for one in before if one.phase <= last}
            found[piece] = earlier
        return found

    def copying(self) -> Befores:
        """Constants get their later names before values that go are copied: what is kept is the text of that moment."""
        named = {
            piece
            for piece in self._pieces
            if piece.act is _Act.MAKE and piece.phase is Phase.COPY and self._kinds[piece.id.kind].has_constants
        }
        copies = (it for it in self._pieces if it.act is _Act.DROP and it.phase is Phase.COPY)
        return {piece: set(named) for piece in copies}

    def restoring(self) -> Befores:
        """What is restored comes after what it is in and types that are new, and before all that is done to it."""
        found: Befores = {}
        types = {delta.id for delta in self._deltas if delta.old is None and self._makes_types(delta)}
        for back in (piece for piece in self._pieces if piece.act is _Act.RESTORE):
            around = {id for id in self._context.fresh if id.name == back.id.name[: len(id.name)] != back.id.name}
            found[back] = {made for id in around | types for made in self._making(id, Phase.STRUCTURE)}
            for piece in self._pieces:
                if piece.act is not _Act.RESTORE and piece.id.name[:2] == back.id.name:
                    found.setdefault(piece, set()).add(back)
        return found

    def _makes_types(self, delta: Delta) -> bool:
        kind = self._kinds[delta.id.kind]
        is_type = kind.family in (Family.TYPE, Family.COLLATION) and not kind.parents(delta.id)
        return delta.new is not None and (is_type or kind.brings_into(delta.new) is not None)

    def standing(self) -> Befores:
        """What stands on an object is dropped, or stops standing on it, before the object goes or changes."""
        found: Befores = {}
        for id, above in self._edges().items():
            for other in above:
                going = self._dropping(other)
                for piece in (*self._making(id), *self._dropping(id)):
                    if not going and piece.act is _Act.DROP:
                        found.setdefault(piece, set()).update(self._making(other))
                    elif piece not in going:
                        found.setdefault(piece, set()).update(going)
        return found

    def belonging(self) -> Befores:
        """An object is made after the new object that it belongs to, in whose statement it may be a clause."""
        found: Befores = {}
        for delta in self._deltas:
            parents = {id for id in self._kinds[delta.id.kind].parents(delta.id) if id in self._context.fresh}
            for piece in self._making(delta.id):
                found[piece] = {made for id in parents for made in self._making(self._maker(id)) if made.id != piece.id}
        return found

    def bringing(self) -> Befores:
        """What names something in a schema follows what brings objects into it that no declaration names."""
        brought: dict[str, set[ObjectId]] = {}
        for delta in self._deltas:
            if delta.new is not None and (schema := self._kinds[delta.id.kind].brings_into(delta.new)) is not None:
                brought.setdefault(schema, set()).add(delta.id)
        if not brought:
            return {}
        return self._after(
            lambda _, new: {id for schema in brought.keys() & schemas_named(new) for id in brought[schema]}
        )

    def qualified(self) -> Befores:
        """What a definition's texts name with its schema is made first: a guess, for words are matched, not parsed."""
        return self._guessed(lambda id: id.name[:2], qualified_names)

    def named(self) -> Befores:
        """What a definition's texts seem to name by a word alone is made first: a weaker guess."""
        return self._guessed(lambda id: id.name[1], words)

    def _guessed(self, called: Callable[[ObjectId], Any], named: Callable[[str], frozenset[Any]]) -> Befores:
        names: dict[Any, set[ObjectId]] = {}
        for delta in self._deltas:
            if delta.new is not None and len(delta.id.name) > 1 and not self._kinds[delta.id.kind].parents(delta.id):
                names.setdefault(called(delta.id), set()).add(delta.id)
        return self._after(lambda _, new: {id for name in names.keys() & named(text_of(new)) for id in names[name]})

    def referring(self) -> Befores:
        """What an object refers to is made first, with all that belongs to it: a foreign key needs an index there."""
        parts: dict[ObjectId, set[ObjectId]] = {}
        for delta in self._deltas:
            kind = self._kinds[delta.id.kind]
            brought = () if delta.new is None else kind.brings(delta.id, delta.new)
            for whole in (*kind.parents(delta.id), *brought):
                parts.setdefault(whole, set()).add(delta.id)
        return self._after(
            lambda delta, new: {
                id
                for reference in self._kinds[delta.id.kind].references(delta.id, new)
                for id in (reference, *parts.get(reference, ()))
            }
        )

    def live(self) -> Befores:
        """What stood on an object that is made again, or altered, follows it."""
        found: Befores = {}
        for id, above in self._context.edges.items():
            for other in above:
                for piece in self._making(other):
                    found.setdefault(piece, set()).update(self._making(id))
        return found

    def _after(self, wanted: Callable[[Delta, Definition], set[ObjectId]]) -> Befores:
        found: Befores = {}
        for delta in self._deltas:
            if delta.new is None:
                continue
            later = self._maker(delta.id)
            for id in {self._maker(one) for one in wanted(delta, delta.new)} - {later}:
                for piece in self._making(later):
                    found.setdefault(piece, set()).update(self._making(id, Phase.STRUCTURE))
        return found

    def _edges(self) -> Edges:
        found = {id: set(above) for id, above in self._context.edges.items()}
        for delta in self._deltas:
            if delta.old is not None:
                for id in self._kinds[delta.id.kind].references(delta.id, delta.old):
                    # What is changed along is none that has to let go of it.
                    if self._context.aside.get(delta.id) != id:
                        found.setdefault(id, set()).add(delta.id)
        return {id: frozenset(above) for id, above in found.items()}

    def _making(self, id: ObjectId, last: Phase = Phase.REFERENCES) -> set[_Piece]:
        return {piece for piece in self._acts.get((_Act.MAKE, id), ()) if Phase.STRUCTURE <= piece.phase <= last}

    def _dropping(self, id: ObjectId) -> set[_Piece]:
        # What has no statement of its own goes with its parent; some kinds drop several objects by one statement.
        for one in (id, *self._kinds[id.kind].parents(id)):
            found = self._groups.get(self._group(one))
            if found and _Piece(_Act.DROP, one, Phase.STRUCTURE) in found:
                return {piece for piece in found if piece.phase is Phase.STRUCTURE}
        return set()

    def _group(self, id: ObjectId) -> tuple[Any, ...]:
        return dropped_with(id, self._kinds)

    def _maker(self, id: ObjectId) -> ObjectId:
        while id in self._holders:
            id = self._holders[id]
        return id
