"""Objects on their way from one resource of a program to another: what the run has told so far of who declares what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from supaschema.core.errors import OwnershipError
from supaschema.core.model import Facts, ObjectId
from supaschema.core.printable import line
from supaschema.core.renames import Rename
from supaschema.core.urn import Urn
from supaschema.engine.intent import Intent
from supaschema.engine.renames import Renames
from supaschema.ledger.owned import may_move
from supaschema.registry import KINDS


class Moving:
    """Who declares what in this run, and who was seen to give something up before anybody declared it.

    The engine tells of one resource after another: of one that is gone from the program it tells at the end.
    """

    def __init__(self) -> None:
        """Begin with a run that has told nothing."""
        self.declared: dict[ObjectId, str] = {}
        self._given_up: dict[ObjectId, str] = {}
        self._renamed: dict[ObjectId, tuple[str, ObjectId]] = {}
        self._renames: dict[str, tuple[Rename, ...]] = {}

    def elsewhere(self, urn: str, own: Iterable[ObjectId]) -> frozenset[ObjectId]:
        """Return the objects that the ledger has of a resource, and that another one declares by now."""
        return frozenset(id for id in own if (other := self.declared.get(id, urn)) != urn and may_move(urn, other))

    def note(self, urn: str, intent: Intent, own: Iterable[ObjectId]) -> None:
        """Keep in mind what a resource would rename, and drop because it does not declare it any more."""
        dropped = (id for id in own if id in intent.desired and id not in intent.declared)
        self._given_up.update(dict.fromkeys(dropped, urn))
        if ours := tuple(pair for pair in intent.renames if pair.is_ours):
            self._renames[urn] = ours

    def expected(self, urn: str) -> tuple[Rename, ...]:
        """Return the renames that other resources of the run do, as far as it has told."""
        others = [renames for other, renames in self._renames.items() if other != urn]
        return tuple(replace(pair, is_ours=False) for renames in others for pair in renames)

    def refuse_still_declared(self, urn: str, intent: Intent) -> None:
        """Refuse to rename what another resource of the program declares under its former name.

        Raises:
            OwnershipError: Naming the other resource.

        """
        earlier = Renames(intent.renames, KINDS).reversed
        for id, owner in intent.taken.items():
            former = earlier.id(id)
            if former == id:
                continue
            if self.declared.get(former) == owner:
                raise _still_declared(former, id, owner)
            self._renamed[former] = owner, id
        for id in intent.declared:
            owner, later = self._renamed.get(id, ("", id))
            if owner == urn:
                raise _still_declared(id, later, urn)

    def refuse_dropped_first(self, urn: str, intent: Intent) -> None:
        """Refuse to make anew what another resource drops in the same run, for it might have moved.

        Raises:
            OwnershipError: Naming the resource, and what to write.

        """
        for id in intent.declared:
            former = self._given_up.get(id, urn)
            if former != urn and may_move(former, urn):
                name, place = _resource_name(former), ".".join(id.name[:2])
                raise OwnershipError(
                    f'resource "{name}" does not declare it any more, and would drop it before it is declared here.',
                    where=str(id),
                    remedy=f'If it moves here, and that is a set, write handed_over=["{place}"] there: no statement '
                    f"is run for it then. Else take it out there in a deployment before this one.",
                )


def notes(intent: Intent) -> Iterator[str]:
    """Yield a sentence for each resource that objects are taken over from."""
    for urn, count in Counter(intent.taken.values()).items():
        objects = "1 object is" if count == 1 else f"{count} objects are"
        yield f'{objects} taken over from resource "{_resource_name(urn)}", as they are.'


def forgotten(intent: Intent, live: Facts) -> Iterator[str]:
    """Yield a sentence for each object that leaves the ledger without a statement: somebody else has seen to it."""
    for id in intent.released:
        wanted = intent.desired.get(id)
        if wanted is None and id not in live:
            yield f"{id} exists no more, and is not declared: the ledger forgets it."
        elif wanted is not None and wanted == live.get(id):
            yield f"{id} is as it was before, and is not declared: the ledger forgets it."


def _still_declared(former: ObjectId, later: ObjectId, owner: str) -> OwnershipError:
    return OwnershipError(
        f'it is to become {later}, and resource "{_resource_name(owner)}" declares it under its former name too.',
        where=str(former),
        remedy="Take it out of that resource, or take renamed_from out of the other one: then it is made anew.",
    )


def _resource_name(urn: str) -> str:
    return line(Urn.parse(urn).name)
