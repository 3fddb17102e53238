"""What a resource wants of the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from supaschema.core.model import Desired, Facts, Hazard, ObjectId

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

    @property
    def ledger_urn(self) -> str:
        """The URN under which the ledger knows the resource once the plan has run."""
        return self.new_urn or self.urn


def anchors_of(ids: Iterable[ObjectId]) -> Anchors:
    """Return where objects belong."""
    return frozenset(id.name[:2] for id in ids)
