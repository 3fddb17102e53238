"""Renames that apply: what is live, recorded and declared, as it is called after them or before. Names no kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from supaschema.core.model import Definition, Delta, Desired, Fact, Facts, ObjectId, Statement
from supaschema.core.renames import Rename, with_names
from supaschema.engine.diff import Kinds, texts
from supaschema.kinds.base import Context, Family
from supaschema.ledger import LedgerState

V = TypeVar("V")
Normalize = Callable[[Desired, Facts, Facts], dict[ObjectId, Definition]]
"""Gives what is desired in the words of what is live: takes both, and what is recorded."""


@dataclass(frozen=True)
class Renames:
    """Renames that follow each other."""

    pairs: tuple[Rename, ...]
    kinds: Kinds

    @property
    def reversed(self) -> Renames:
        """The way back."""
        return Renames(tuple(pair.reversed for pair in reversed(self.pairs)), self.kinds)

    def id(self, id: ObjectId) -> ObjectId:
        """Return what an object is called afterwards."""
        for pair in self.pairs:
            if id == pair.old:
                id = pair.new
            elif pair.old in self.kinds[id.kind].parents(id):
                id = ObjectId(id.kind, (*pair.new.name, *id.name[len(pair.old.name) :]))
        return id

    def ids(self, values: Mapping[ObjectId, V]) -> Mapping[ObjectId, V]:
        """Return values by what their objects are called afterwards."""
        return {self.id(id): value for id, value in values.items()} if self.pairs else values

    def facts(self, facts: Facts) -> Facts:
        """Return facts as they are afterwards."""
        return {self.id(id): self._definition(id, item) for id, item in facts.items()} if self.pairs else facts

    def ledger(self, ledger: LedgerState) -> LedgerState:
        """Return the ledger as it is afterwards."""
        if not self.pairs:
            return ledger
        by_urn = {
            urn: {
                self.id(id): dataclasses.replace(
                    entry,
                    before=None if entry.before is None else self._definition(id, entry.before),
                    spelling=None if entry.spelling is None else self._definition(id, entry.spelling),
                )
                for id, entry in entries.items()
            }
            for urn, entries in ledger.by_urn.items()
        }
        archived, returning = (frozenset(map(self.id, ids)) for ids in (ledger.archived, ledger.returning))
        owners = self.ids(ledger.owners)
        return dataclasses.replace(ledger, by_urn=by_urn, owners=owners, archived=archived, returning=returning)

    def moved(self, ids: Iterable[ObjectId]) -> dict[ObjectId, ObjectId]:
        """Return those that are called otherwise afterwards, and how."""
        return {id: new for id in ids if (new := self.id(id)) != id} if self.pairs else {}

    @property
    def relations(self) -> dict[str, str]:
        """Tables that have another name afterwards, as `schema.name`."""
        tables = (pair for pair in self.pairs if self.kinds[pair.old.kind].holds_rows)
        return {".".join(pair.old.name): ".".join(pair.new.name) for pair in tables}

    def statements(self) -> tuple[Statement, ...]:
        """Return what renames the objects."""
        return tuple(
            statement for pair in self.pairs for statement in self.kinds[pair.old.kind].rename(pair.old, pair.new)
        )

    def normalized(
        self, desired: Desired, live: Facts, recorded: Facts, normalize: Normalize
    ) -> dict[ObjectId, Definition]:
        """Return what is desired in the words of what is live (as it is before), where the two mean the same.

        The server knows the names from before only: with those it is asked.
        """
        if not self.pairs:
            return normalize(desired, live, recorded)
        back = self.reversed
        earlier = dict(back.facts({id: item for id, item in desired.items() if item is not None}))
        words = {**earlier, **normalize(earlier, live, {})}
        found = {}
        for id, item in words.items():
            new, now = self.id(id), live.get(id)
            if now is not None and self._same(id, item, now):
                found[new] = self._definition(id, now)
            elif item != earlier[id] and earlier[id] == desired[new]:
                found[new] = item
        return found

    def _same(self, id: ObjectId, wanted: Definition, live: Definition) -> bool:
        kind = self.kinds[id.kind]
        return kind.same_structure(wanted, live) and texts(kind, id, wanted) == texts(kind, id, live)

    def _definition(self, id: ObjectId, definition: Definition) -> Definition:
        if self.kinds[id.kind].family is not Family.RELATION:
            return definition
        for pair in self.pairs:
            if pair.is_spoken and id.name[:2] == pair.old.name[:2]:
                relations = {".".join(pair.old.name): ".".join(pair.new.name)}
                definition = with_names(definition, {pair.old.name[-1]: pair.new.name[-1]}, relations)
            id = Renames((pair,), self.kinds).id(id)
        return definition


def applicable(pairs: Iterable[Rename], live: Facts, kinds: Kinds) -> Renames:
    """Return the renames whose objects have the old name and not the new one."""
    found = Renames((), kinds)
    for pair in pairs:
        called = set(map(found.id, live))
        if pair.old in called and pair.new not in called:
            found = Renames((*found.pairs, pair), kinds)
    return found


def with_parts(renames: Renames, declared: Facts, context: Context) -> Renames:
    """Return the renames, and those of parts whose usual names hold that of the table or column, and are else alike.

    Args:
        renames: Of tables and columns.
        declared: What shall be.
        context: What is live, as it is afterwards.

    """
    if not renames.pairs:
        return renames
    now, tables = context.live, {pair.new.name[:2] for pair in renames.pairs}
    left = {id: item for id, item in now.items() if id not in declared and id.name[:2] in tables}
    parts = []
    for id, wanted in declared.items():
        if id in now or id.name[:2] not in tables:
            continue
        alike = (other for other in left if _alike(Fact(other, left[other]), Fact(id, wanted), context, renames.kinds))
        old = next(alike, None)
        if old is not None and renames.kinds[id.kind].rename(old, id):
            del left[old]
            parts.append(Rename(old, id, is_spoken=False))
    return Renames((*renames.pairs, *parts), renames.kinds)


def _alike(old: Fact, new: Fact, context: Context, kinds: Kinds) -> bool:
    kind, live = kinds[new.id.kind], old.definition
    # Of two columns of one type nobody can tell whether they are one.
    if old.id.kind != new.id.kind or old.id.name[:-1] != new.id.name[:-1] or kind.like(live, new.definition):
        return False
    wanted = kind.resolve(new.id, new.definition, live, context)
    return kind.same_structure(wanted, live) and texts(kind, new.id, wanted) == texts(kind, old.id, live)


def possible(deltas: Iterable[Delta], kinds: Kinds) -> Iterator[str]:
    """Return a sentence for each object that goes while one like it is made: that may be meant to be a rename."""
    given = tuple(deltas)
    made = {delta.id: delta.new for delta in given if delta.new is not None and delta.old is None}
    gone = {delta.id: delta.old for delta in given if delta.old is not None and delta.new is None}
    for new, wanted in made.items():
        kind = kinds[new.kind]
        for old, live in gone.items():
            if old.kind == new.kind and kind.parents(old) == kind.parents(new) and kind.like(live, wanted):
                yield f'{old} goes and {new} is made: if this is a rename, write renamed_from=("{old.name[-1]}",).'
