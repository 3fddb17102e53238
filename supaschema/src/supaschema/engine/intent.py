"""What a resource wants of the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from supaschema.core.model import Definition, Desired, Facts, Hazard, ObjectId
from supaschema.core.renames import Rename

Anchors = frozenset[tuple[str, ...]]
"""Schema and name of relations and routines, whose facts are read and locked together."""


@dataclass(frozen=True)
class Intent:
    """What a resource wants.

    Attributes:
        urn: The resource, as the ledger knows it.
        desired: What each object shall be.
        declared: Those of them that it declares; the others are to go, or to be as they were before.
        released: Those that are none of its business any more once the plan has run.
        anchors: Where its objects belong.
        notes: What is left out, and why.
        new_urn: The URN that the resource has by now, where the ledger knows it by an earlier one.
        recreated: Objects of others that are dropped and recreated for a change beneath them.
        generation: How often the resource was made, as the ledger shall have it.
        allowed: Hazards that the command itself is the consent to.
        renames: What is renamed before all else.
        taken: What it declares and another resource owns by now, with that one's URN.

    """

    urn: str
    desired: Desired
    declared: Facts
    released: tuple[ObjectId, ...]
    anchors: Anchors
    notes: tuple[str, ...] = ()
    new_urn: str | None = None
    recreated: frozenset[ObjectId] = frozenset()
    generation: int = 0
    allowed: tuple[Hazard, ...] = ()
    renames: tuple[Rename, ...] = ()
    taken: Mapping[ObjectId, str] = field(default_factory=dict)

    @property
    def ledger_urn(self) -> str:
        """The URN under which the ledger knows the resource once the plan has run."""
        return self.new_urn or self.urn


def desired_of(
    facts: Facts, undeclared: Iterable[ObjectId], before: Facts, own: Iterable[ObjectId]
) -> tuple[dict[ObjectId, Definition | None], tuple[ObjectId, ...]]:
    """Return what each object shall be, and which of its own a resource has nothing to do with afterwards.

    Args:
        facts: What it declares.
        undeclared: What else it speaks for: that is to go.
        before: What of its own was there before it, and was what.
        own: What the ledger has of it.

    """
    gone = dict.fromkeys(undeclared)
    # In the order of the declaration, which is the order of the statements; the rest as the ledger has it.
    desired: dict[ObjectId, Definition | None] = {**facts, **gone}
    for id in own:
        desired.setdefault(id, before.get(id))
    # What was there before and is to be gone stays in the ledger: it comes back when the resource goes.
    released = tuple(id for id in own if id not in facts and not (id in gone and id in before))
    return desired, released


def anchors_of(ids: Iterable[ObjectId]) -> Anchors:
    """Return where objects belong."""
    return frozenset(id.name[:2] for id in ids)
