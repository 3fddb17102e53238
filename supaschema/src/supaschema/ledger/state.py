"""What the ledger holds, as values."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

import msgspec

from supaschema.core.model import Definition, Facts, ObjectId
from supaschema.core.secret_texts import Secrets
from supaschema.core.urn import Urn
from supaschema.ledger import seals
from supaschema.ledger.hashes import hash_fits


@dataclass(frozen=True, slots=True)
class Former:
    """A name that an object had before a deployment renamed it; of what belongs to a table only the last part counts.

    `is_spoken` says whether texts named it: a column's name is in them, a constraint's is not.
    """

    id: ObjectId
    is_spoken: bool = True


class LabelRename(msgspec.Struct, frozen=True):
    """A label of an enum type that a deployment renamed, and when, as the server writes a moment in JSON."""

    former: str
    later: str
    at: str


# Before two threads do at once: two databases may be read at the same time, and msgspec learns a class when it first
# reads one.
msgspec.convert((), tuple[LabelRename, ...])


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger holds of one object."""

    urn: str
    made: bool
    before: Definition | None
    declared_hash: str | None
    spelling: Definition | None
    server_major: int
    is_sealed: bool = False
    """Whether a text of it is a hash."""
    generation: int = 0
    """The generation of its resource."""
    kept: bool = False
    """Whether the object stays as it is when its resource goes: what it was before is no longer known."""
    former: tuple[Former, ...] = ()
    """What it was called, the latest name last."""
    labels: tuple[LabelRename, ...] = ()
    """Of an enum type, which of its labels were renamed, the latest last."""

    def opened(self, live: Definition | None, secrets: Secrets) -> Self:
        """Return the entry with live texts in the places of the seals that fit them."""
        if not self.is_sealed:
            return self
        before = None if self.before is None else seals.restorable(self.before, live, secrets)
        spelling = None if self.spelling is None else seals.opened(self.spelling, live, secrets)
        kept = self.before is not None and seals.holds_seal(seals.opened(self.before, live, secrets))
        return dataclasses.replace(self, before=before, spelling=spelling, kept=kept)

    def records(self, declared: Definition, live: Definition | None) -> bool:
        """Return whether it was written after the object became what is declared and live."""
        if self.declared_hash is None:
            return False
        return self.spelling == live or hash_fits(self.declared_hash, declared)


@dataclass(frozen=True)
class LedgerState:
    """The ledger as it was read."""

    by_urn: Mapping[str, Mapping[ObjectId, Entry]] = field(default_factory=dict)
    owners: Mapping[ObjectId, str] = field(default_factory=dict)
    archived: frozenset[ObjectId] = frozenset()
    returning: frozenset[ObjectId] = frozenset()
    """Columns that exist again while some of their values are still in the archive."""
    last_generation: int = 0
    """The generation of the resource that was made last."""
    former: Mapping[ObjectId, tuple[Former, ...]] = field(default_factory=dict)
    """Of what was renamed, what it was called: as it was read."""
    labels: Mapping[ObjectId, tuple[LabelRename, ...]] = field(default_factory=dict)
    """Of enum types, which of their labels were renamed."""
    unknown: Mapping[ObjectId, str] = field(default_factory=dict)
    """What another version recorded, of kinds that this one does not know, each with its resource's URN."""

    def of(self, urn: str) -> Mapping[ObjectId, Entry]:
        """Return the entries of one resource."""
        return self.by_urn.get(urn, {})

    def generation(self, urn: str) -> int:
        """Return the generation of a resource; 0: none is recorded."""
        return latest(self.of(urn).values())

    @property
    def next_generation(self) -> int:
        """The generation of a resource that is made now: later than that of every other."""
        return 1 + self.last_generation

    def of_stack(self, urn: str) -> dict[ObjectId, Entry]:
        """Return the entries of every resource of a stack, named by the URN of one of them."""
        stack = Urn.parse(urn).stack_and_project
        own = [entries for other, entries in self.by_urn.items() if Urn.parse(other).stack_and_project == stack]
        return {id: entry for entries in own for id, entry in entries.items()}

    def opened(self, live: Mapping[ObjectId, Definition], secrets: Secrets) -> Self:
        """Return the ledger with live texts in the places of the seals that fit them."""
        by_urn = {
            urn: {id: entry.opened(live.get(id), secrets) for id, entry in entries.items()}
            for urn, entries in self.by_urn.items()
        }
        return dataclasses.replace(self, by_urn=by_urn)

    def entry(self, id: ObjectId) -> Entry | None:
        """Return what the ledger holds of an object, whoever declares it."""
        return self.of(self.owners[id]).get(id) if id in self.owners else None

    def after_recreation(self, live: Facts) -> Self:
        """Return the ledger after these objects were recreated, as the server writes them now."""
        by_urn = {urn: dict(entries) for urn, entries in self.by_urn.items()}
        for id, definition in live.items():
            entries = by_urn[self.owners[id]]
            entries[id] = dataclasses.replace(entries[id], spelling=definition)
        return dataclasses.replace(self, by_urn=by_urn)

    def taken_over(self, ids: Iterable[ObjectId], urn: str) -> Self:
        """Return the ledger after a resource has taken over these objects, as far as the ledger holds them."""
        moving = [id for id in ids if self.owners.get(id, urn) != urn]
        if not moving:
            return self
        owners = dict(self.owners)
        by_urn = {other: dict(entries) for other, entries in self.by_urn.items()}
        for id in moving:
            by_urn.setdefault(urn, {})[id] = dataclasses.replace(by_urn[owners[id]].pop(id), urn=urn)
            owners[id] = urn
        return dataclasses.replace(self, by_urn=by_urn, owners=owners)

    def after(self, urn: str, entries: Mapping[ObjectId, Entry]) -> Self:
        """Return the ledger after a resource's entries have become these."""
        # Copied whole, then mended: this runs once a resource, and looking at every owner would cost the most of all.
        owners = dict(self.owners)
        for id in self.of(urn):
            owners.pop(id, None)
        owners.update(dict.fromkeys(entries, urn))
        by_urn = {**self.by_urn, urn: entries}
        last = max(self.last_generation, latest(entries.values()))
        labels = {**self.labels, **labels_of([entries])}
        return dataclasses.replace(self, by_urn=by_urn, owners=owners, last_generation=last, labels=labels)


def labels_of(resources: Iterable[Mapping[ObjectId, Entry]]) -> dict[ObjectId, tuple[LabelRename, ...]]:
    """Return the renames of labels in the entries of some resources."""
    return {id: entry.labels for entries in resources for id, entry in entries.items() if entry.labels}


def latest(entries: Iterable[Entry]) -> int:
    """Return the latest generation of some entries; 0: there is none."""
    return max((entry.generation for entry in entries), default=0)
