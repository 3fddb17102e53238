"""Whose each object is: the resource that declares it, what that one may take over, and what is refused for others.

The ledger knows what each resource has; `Run` knows what the resources of one run declare, as far as Pulumi's engine
has told. Every decision on the two is made here, with what is said of it. Roles that own objects are another matter:
`role_owners.py`.
"""

from __future__ import annotations

import dataclasses
import json
import shlex
import time
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping

from supaschema.core.errors import DeclarationError, OwnershipError
from supaschema.core.model import Definition, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.core.urn import Urn, resource_name
from supaschema.engine import renames_refused
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Intent
from supaschema.engine.renames import Renames
from supaschema.kinds.helper_names import is_helper
from supaschema.ledger import LedgerState

_GRACE_SECONDS = 0.5
"""How long a resource may come after one that takes it for gone."""
_SET = ":ObjectSet"
"""How the type of a resource ends that others join and leave."""


def of_one_stack(urn: str, other: str) -> bool:
    """Return whether two resources, named by their URNs, belong to one stack of one project."""
    return Urn.parse(urn).stack_and_project == Urn.parse(other).stack_and_project


def may_move(source: str, target: str) -> bool:
    """Return whether an object moves from one resource to another by being declared there, named by their URNs.

    It does within a stack where one of the two is a set. Whoever renames a resource says so by an alias.
    """
    types = (Urn.parse(urn).type for urn in (source, target))
    return of_one_stack(source, target) and any(type.endswith(_SET) for type in types)


def taken_over(
    declared: Facts, urn: str, owners: Mapping[ObjectId, str], renamed: Container[ObjectId] = ()
) -> dict[ObjectId, str]:
    """Return what a resource takes over from others, with their URNs; refuse what they keep.

    Args:
        declared: What a resource declares. Nobody else in the program does: that is checked before.
        urn: The resource, as the ledger knows it.
        owners: Who declares what by now.
        renamed: What of it the declaration says was called otherwise: within a stack it is taken over like that.

    Raises:
        OwnershipError: Naming the other resource, and what to do.

    """
    taken: dict[ObjectId, str] = {}
    for id in declared:
        owner = owners.get(id, urn)
        if owner == urn:
            continue
        if may_move(owner, urn) or (id in renamed and of_one_stack(owner, urn)):
            taken[id] = owner
        else:
            raise declared_by_another(id, owner, urn)
    return taken


def renamed_for_others(renames: Renames, owners: Mapping[ObjectId, str], urn: str) -> Iterator[str]:
    """Return a sentence for each object of another stack that goes along with a rename.

    Args:
        renames: What is renamed.
        owners: Who declares what, by the names that it has afterwards.
        urn: The resource that renames.

    """
    for new, old in renames.reversed.renamed(owners).items():
        if not of_one_stack(owners[new], urn):
            what = f"{old} is {new} from then on, and declared by {owners[new]}"
            yield f"{what}: have the program of that stack say so before it is deployed again."


def declared_by_another(id: ObjectId, owner: str, urn: str) -> OwnershipError:
    """Return the refusal of what another resource has, by its URN, and this one declares."""
    what = f"it is declared by another resource, {owner}."
    return OwnershipError(what, where=str(id), remedy=_advice(urn, owner))


def _advice(urn: str, owner: str) -> str:
    if not of_one_stack(urn, owner):
        return "Two stacks cannot own one object: remove the declaration from one of them."
    command = f"python -m supaschema move --from {shlex.quote(owner)} --to {shlex.quote(urn)}"
    advice = f"If only this declaration moved, run `{command}`. "
    if Urn.parse(urn).type == Urn.parse(owner).type:
        aliases = f"aliases=[{json.dumps(owner, ensure_ascii=False)}]"
        alias = f"If that resource was renamed or moved to become this one, give this one {aliases}. "
        advice = alias + advice
    return advice + "Otherwise remove one of the two."


def known_as(urn: str, recorded: str, ledger: LedgerState, former: Callable[[], Iterable[ObjectId]]) -> str:
    """Return the URN by which the ledger knows a resource.

    Args:
        urn: The one that it has now.
        recorded: The one that its state says the ledger knows it by.
        ledger: The ledger. A deployment that was killed may have entered the new name there and not in the state.
        former: Gives what its state says that it declares.

    """
    if recorded == urn or not ledger.of(urn):
        return recorded
    if not ledger.of(recorded):
        return urn
    # Another resource has one of the two names by now: the objects tell which.
    owners = {ledger.owners.get(id) for id in former()}
    return urn if urn in owners and recorded not in owners else recorded


def require_free_name(
    urn: str, own: Collection[ObjectId], called: Container[ObjectId], declared: Iterable[ObjectId]
) -> None:
    """Refuse to make a resource whose name the ledger has for other objects than it declares.

    A renamed resource stays in the ledger under its former name until its first update. What is recorded there is not
    this one's, and must not go because this one does not declare it.

    Args:
        urn: The resource.
        own: What the ledger has by that name.
        called: What that is called after the renames that the resource asks for.
        declared: What the resource declares.

    Raises:
        OwnershipError: Naming the objects.

    """
    if own and not any(id in own or id in called for id in declared):
        raise OwnershipError(
            f"the ledger knows {', '.join(map(str, own))} by this resource's name.",
            where=resource_name(urn),
            remedy="If another resource had this name, deploy that one's new name first, without this resource; "
            "else give this resource another name.",
        )


def undeclared(
    exclusive: Iterable[ObjectId], declared: Container[ObjectId], own: Container[ObjectId], owners: Container[ObjectId]
) -> list[ObjectId]:
    """Return the exclusive objects that a resource does not declare and that are its own or nobody's: they go."""
    return [id for id in exclusive if id not in declared and (id in own or id not in owners)]


def not_anothers(live: Facts, urn: str, owners: Mapping[ObjectId, str]) -> Facts:
    """Return what of the live facts is a resource's to show: its own, and what is nobody's."""
    return {id: item for id, item in live.items() if owners.get(id, urn) == urn}


def without_moved(intent: Intent, owners: Mapping[ObjectId, str]) -> Intent:
    """Return an intent without what it does not declare and another resource has taken over meanwhile."""
    desired = {
        id: wanted
        for id, wanted in intent.desired.items()
        if id in intent.declared or owners.get(id, intent.urn) == intent.urn
    }
    return intent if len(desired) == len(intent.desired) else dataclasses.replace(intent, desired=desired)


def require_own_stack(ids: Iterable[ObjectId], urn: str, ledger: LedgerState) -> None:
    """Refuse to drop what another stack declares.

    Raises:
        OwnershipError: Naming the object and its resource.

    """
    for id in ids:
        owner = ledger.owners.get(id, urn)
        if not of_one_stack(owner, urn):
            raise OwnershipError(
                f"it would be dropped for a change beneath it, and belongs to {owner}.",
                where=str(id),
                remedy="Nothing was changed. Let that stack take it out first, and put it back afterwards.",
            )


def entered(
    intent: Intent, changed: Iterable[ObjectId], live: Facts, ledger: LedgerState, kinds: Kinds
) -> dict[ObjectId, Definition | None]:
    """Return what a resource enters in the ledger as its own, as it is now: adopted, or None: made.

    What somebody made by hand where the resource speaks for all of a kind is repaired, and is nobody's: it must not
    come back when the resource goes.

    Args:
        intent: What the resource wants.
        changed: What its plan changes.
        live: What exists.
        ledger: The ledger.
        kinds: The registry.

    """
    unknown = (id for id in dict.fromkeys((*intent.declared, *changed)) if id in intent.desired)
    return {
        id: live.get(id)
        for id in unknown
        if id not in ledger.owners and (id in intent.declared or not _is_repaired(id, intent, ledger, kinds))
    }


def _is_repaired(id: ObjectId, intent: Intent, ledger: LedgerState, kinds: Kinds) -> bool:
    kind = kinds[id.kind]
    names = (intent.urn, intent.new_urn, *intent.taken.values())
    spoken = (ledger.entry(other) for other in kind.spoken_for_with(id))
    earlier = any(entry.declared_hash is not None for entry in spoken if entry and entry.urn in names)
    # What an unfinished change left was never there for anybody.
    return is_helper(id.name[-1]) or earlier or _is_in_what_was_made(kind.parents(id), intent, ledger)


def _is_in_what_was_made(parents: Iterable[ObjectId], intent: Intent, ledger: LedgerState) -> bool:
    # It goes when that goes, which the same stack made.
    entries = (ledger.entry(parent) for parent in parents)
    return any(entry.made and of_one_stack(entry.urn, intent.urn) for entry in entries if entry)


class Run:
    """Who declares what in this run, and who was seen to give something up before anybody declared it.

    The engine tells of one resource after another: of one that is gone from the program it tells at the end.
    """

    def __init__(self, kinds: Kinds) -> None:
        """Begin with a run that has told nothing."""
        self._kinds = kinds
        self._declared: dict[ObjectId, str] = {}
        self._given_up: dict[ObjectId, str] = {}
        self._renamed: dict[ObjectId, tuple[str, ObjectId]] = {}
        self._renames: dict[str, tuple[Rename, ...]] = {}
        self._asked: dict[str, tuple[Rename, ...]] = {}
        self._later: dict[ObjectId, set[ObjectId]] = {}
        self._back: set[ObjectId] = set()

    def ask(self, urn: str, asked: tuple[Rename, ...]) -> DeclarationError | None:
        """Take the renames that a resource asks for; return the first that the program's renames lead back from.

        Two names that are swapped are the same two afterwards: nobody can tell whether that was done.
        """
        self._asked[urn] = asked
        for pair in asked:
            if pair.old == pair.new:
                continue
            self._later.setdefault(pair.old, set()).add(pair.new)
            if pair.old in self._after(pair.new):
                return renames_refused.swapped(pair)
        return None

    def has_told(self, urn: str) -> bool:
        """Return whether the program has a resource; one that comes at the same time is waited for."""
        end = time.monotonic() + _GRACE_SECONDS
        while urn not in self._asked:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def keeps(self, urn: str, id: ObjectId) -> bool | None:
        """Return whether a resource declares an object, by the name that it has or will have; None: it has not told."""
        if not self.has_told(urn):
            return None
        return urn in (self._declared.get(id), self._declared.get(self._renames_of(urn).id(id)))

    def _renames_of(self, urn: str) -> Renames:
        return Renames(self._asked.get(urn, ()), self._kinds)

    def _after(self, id: ObjectId) -> set[ObjectId]:
        # All that an object is to be called, one name after the other.
        found, waiting = set[ObjectId](), [id]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self._later.get(one, ())
        return found

    def declare(self, urn: str, ids: Iterable[ObjectId]) -> DeclarationError | None:
        """Take what a resource declares; return the refusal of the first that another one declares too."""
        for id in ids:
            owner = self._declared.setdefault(id, urn)
            if owner != urn:
                what = f'{id} is declared by resource "{resource_name(owner)}" too.'
                return DeclarationError(what, remedy="Remove one of the two: an object has one owner.")
        return None

    def of(self, urn: str) -> frozenset[ObjectId]:
        """Return what a resource declares, as far as it has told."""
        return frozenset(id for id, owner in self._declared.items() if owner == urn)

    def declared_again(self, urn: str, own: Iterable[ObjectId], back: Iterable[Rename] = ()) -> frozenset[ObjectId]:
        """Return what a resource has in the ledger and declares, by the name that it has or will have: it stays.

        Args:
            urn: The resource.
            own: What the ledger has of it.
            back: The renames by which former names are given again.

        """
        renames = Renames((*self._asked.get(urn, ()), *back), self._kinds)
        return frozenset(id for id in own if urn in (self._declared.get(id), self._declared.get(renames.id(id))))

    def elsewhere(self, urn: str, own: Iterable[ObjectId]) -> frozenset[ObjectId]:
        """Return the objects that the ledger has of a resource, and that another one declares by now."""
        renames = Renames(self.expected(urn), self._kinds)
        called = [name for id in own for name in dict.fromkeys((id, renames.id(id)))]
        return frozenset(id for id in called if (other := self._declared.get(id, urn)) != urn and may_move(urn, other))

    def note(self, urn: str, intent: Intent, own: Iterable[ObjectId]) -> None:
        """Keep in mind what a resource would rename, and drop because it does not declare it any more."""
        dropped = (id for id in own if id in intent.desired and id not in intent.declared)
        self._given_up.update(dict.fromkeys(dropped, urn))
        if ours := tuple(pair for pair in intent.renames if pair.is_ours):
            self._renames[urn] = ours

    def expected(self, urn: str) -> tuple[Rename, ...]:
        """Return the renames that other resources of the run do, as far as it has told."""
        others = [renames for other, renames in self._renames.items() if other != urn]
        return tuple(dataclasses.replace(pair, is_ours=False) for renames in others for pair in renames)

    def refuse_still_declared(self, urn: str, intent: Intent) -> None:
        """Refuse to rename what another resource of the program declares under its former name.

        Raises:
            OwnershipError: Naming the other resource.

        """
        earlier = Renames(intent.renames, self._kinds).reversed
        for id, owner in intent.taken.items():
            former = earlier.id(id)
            if former == id:
                continue
            if self._declared.get(former) == owner:
                raise renames_refused.still_declared(former, id, owner)
            self._renamed[former] = owner, id
            self._back |= {pair.old for pair in intent.renames if pair.is_back}
        for id in intent.declared:
            owner, later = self._renamed.get(id, ("", id))
            if owner == urn:
                why = renames_refused.again_declared if id in self._back else renames_refused.still_declared
                raise why(id, later, urn)

    def refuse_dropped_first(self, urn: str, intent: Intent) -> None:
        """Refuse to make what another resource drops in the same run, for it might have moved.

        Raises:
            OwnershipError: Naming the resource, and what to write.

        """
        earlier = Renames(intent.renames, self._kinds).reversed
        for id in intent.declared:
            now = earlier.id(id)
            former = self._given_up.get(now, urn)
            if former != urn and may_move(former, urn):
                name, place = resource_name(former), ".".join(now.name[:2])
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
        yield f'{objects} taken over from resource "{resource_name(urn)}", as they are.'


def forgotten(intent: Intent, live: Facts) -> Iterator[str]:
    """Yield a sentence for each object that leaves the ledger without a statement: somebody else has seen to it."""
    for id in intent.released:
        wanted = intent.desired.get(id)
        if wanted is None and id not in live:
            yield f"{id} exists no more, and is not declared: the ledger forgets it."
        elif wanted is not None and wanted == live.get(id):
            yield f"{id} is as it was before, and is not declared: the ledger forgets it."
