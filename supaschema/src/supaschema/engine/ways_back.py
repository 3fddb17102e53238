"""Names that a program gives again to what a deployment renamed: the ledger knows what each object was called.

A program that is as it was before a rename says nothing of it: it declares the former name, and the later one no more.
What the stack renamed is the same object then, with its rows; another one of that name would be made empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from supaschema.core.errors import OwnershipError
from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.core.urn import resource_name
from supaschema.engine.diff import Kinds
from supaschema.engine.ownership import of_one_stack
from supaschema.engine.renames import Renames
from supaschema.ledger import Former, LedgerState


def ways_back(
    declared: Collection[ObjectId],
    urn: str,
    asked: Iterable[Rename],
    ledger: LedgerState,
    *,
    kinds: Kinds,
    keeps: Callable[[str, ObjectId], bool | None],
) -> tuple[Rename, ...]:
    """Return the renames by which what a resource declares by a former name of it is called so again.

    Args:
        declared: What the resource declares.
        urn: The resource, as the ledger knows it.
        asked: The renames that are known without the ledger.
        ledger: The ledger.
        kinds: The registry.
        keeps: Tells of another resource of the stack whether the program has it declare an object; None: not known.

    """
    if not ledger.former:
        return ()
    given = tuple(asked)
    pairs = _applying(given, ledger, kinds)
    found: tuple[Rename, ...] = ()
    # What is in a schema, and then what belongs to something, is called by that one's name from then on.
    for stage in range(3):
        before = Renames((*pairs, *found), kinds)
        coming = tuple(_coming(stage, before, declared, urn, ledger))
        if coming:
            called = _Called.after(before, ledger, given)
            # Those that others keep are not meant, and so leave it open no more which of two is.
            kept = {pair: _is_kept(pair, urn, called, keeps) for pair in _able(coming, declared, called)}
            left = _in_chains([pair for pair in kept if not kept[pair]], declared, called)
            owners = {pair: called.owners[pair.old] if kept[pair] is None else urn for pair in left}
            found += tuple(_taken_from(owners[pair], urn, pair, before.pairs, kinds) for pair in left)
    return found


def _is_kept(pair: Rename, urn: str, called: _Called, keeps: Callable[[str, ObjectId], bool | None]) -> bool | None:
    owner = called.owners[pair.old]
    return owner != urn and keeps(owner, called.back.id(pair.old))


def _applying(given: Iterable[Rename], ledger: LedgerState, kinds: Kinds) -> tuple[Rename, ...]:
    # Those that are still to be done, in an order in which they can be: a column may be named by its table's new name.
    left, found, gone = list(given), Renames((), kinds), set[ObjectId]()

    def is_ready(pair: Rename) -> bool:
        old, new = (found.reversed.id(id) for id in (pair.old, pair.new))
        return old in ledger.owners and old not in gone and (new not in ledger.owners or new in gone)

    while (pair := next(filter(is_ready, left), None)) is not None:
        left.remove(pair)
        gone.add(found.reversed.id(pair.old))
        found = Renames((*found.pairs, pair), kinds)
    return found.pairs


def _coming(
    stage: int, before: Renames, declared: Collection[ObjectId], urn: str, ledger: LedgerState
) -> Iterator[Rename]:
    schemas = before.of_schemas
    for id, former in ledger.former.items():
        kind = before.kinds[id.kind]
        belongs = bool(kind.parents(id))
        owner = ledger.owners.get(id)
        if stage != (0 if kind.holds_objects else 2 if belongs else 1) or owner is None or not of_one_stack(owner, urn):
            continue
        now = before.id(id)
        for name in former:
            new = ObjectId(now.kind, (*now.name[:-1], name.id.name[-1])) if belongs else schemas.id(name.id)
            if new in declared and new != now:
                yield Rename(now, new, name.is_spoken, is_back=True)


@dataclass(frozen=True)
class _Called:
    """What has which name after the renames that are known without the ledger."""

    owners: Mapping[ObjectId, str]
    given: frozenset[ObjectId]
    spoken: frozenset[ObjectId]
    archived: frozenset[ObjectId]
    back: Renames

    @classmethod
    def after(cls, before: Renames, ledger: LedgerState, asked: Iterable[Rename]) -> _Called:
        # A former name that is long gone asks for nothing.
        there = (pair for pair in asked if pair.old in ledger.owners or pair in before.pairs)
        given, spoken = (frozenset(pair.new for pair in pairs) for pairs in (before.pairs, there))
        return cls(before.ids(ledger.owners), given, spoken, ledger.archived, before.reversed)

    def is_free(self, name: ObjectId, left: Container[ObjectId]) -> bool:
        """Return whether nothing else of the stack has a name or is to get it, nor will rows come back to it."""
        names = {name, self.back.id(name)}
        free = names.isdisjoint(self.spoken) and names.isdisjoint(self.archived)
        return free and (name in left or name not in self.owners)


def _able(pairs: Iterable[Rename], declared: Collection[ObjectId], called: _Called) -> tuple[Rename, ...]:
    # Those whose names are free, or left by another one of them, and that leave no name that is declared.
    able = tuple(pairs)
    while True:
        left, given = {pair.old for pair in able}, {*called.given, *(pair.new for pair in able)}
        after = [it for it in able if called.is_free(it.new, left) and (it.old not in declared or it.old in given)]
        if len(after) == len(able):
            return able
        able = tuple(after)


def _in_chains(coming: Iterable[Rename], declared: Collection[ObjectId], called: _Called) -> tuple[Rename, ...]:
    """Return the renames that can be done, in order: each gives a name that is free or that the one before left.

    An object whose name is declared keeps it, unless another one gets that name. Of names that lead in a circle nothing
    tells whether they are as before already.
    """
    pairs = _able(coming, declared, called)
    while ambiguous := [name for name, count in Counter(pair.new for pair in pairs).items() if count > 1]:
        pairs = _able([pair for pair in pairs if pair.new not in ambiguous], declared, called)
    found = list[Rename]()
    while ready := [pair for pair in pairs if pair.new not in {other.old for other in pairs}]:
        found += ready
        pairs = tuple(pair for pair in pairs if pair not in ready)
    return tuple(found)


def _taken_from(owner: str, urn: str, pair: Rename, others: Iterable[Rename], kinds: Kinds) -> Rename:
    # Of what belongs to something that is renamed is said enough.
    is_said = not {it.new for it in others if it.is_ours}.isdisjoint(kinds[pair.new.kind].parents(pair.new))
    return pair if owner == urn or is_said else replace(pair, untold=owner)


def told(renames: Renames) -> tuple[str, ...]:
    """Return a sentence for each object that is called again as it was before."""
    return tuple(
        f"{pair.old} is renamed back to {pair.new}, as it was called by the ledger: nothing declares {pair.old} "
        "any more."
        for pair in renames.pairs
        if pair.is_back and pair.is_ours
    )


def former_names(renames: Renames, ledger: LedgerState) -> dict[ObjectId, tuple[Former, ...]]:
    """Return what objects that are renamed were called, by their new names.

    Args:
        renames: The renames.
        ledger: The ledger, as it is before them.

    """
    found: dict[ObjectId, tuple[Former, ...]] = {}
    if renames.of_schemas.pairs:
        # What has been in a schema has been in it by the name that this has now.
        found = {renames.id(id): renames.former(names) for id, names in ledger.former.items()}
    for place, pair in enumerate(renames.pairs):
        entry = ledger.entry(Renames(renames.pairs[:place], renames.kinds).reversed.id(pair.old))
        if entry is not None and pair.is_ours:
            new = Renames(renames.pairs[place + 1 :], renames.kinds).id(pair.new)
            others = (name for name in found.get(new, entry.former) if name.id not in (pair.old, pair.new))
            found[new] = (*others, Former(pair.old, pair.is_spoken))
    return found


def refuse_renamed_away(
    declared: Collection[ObjectId],
    had: Collection[ObjectId],
    urn: str,
    ledger: LedgerState,
    *,
    kinds: Kinds,
    stays: Callable[[str], bool],
) -> None:
    """Refuse to make anew and empty what a resource had, and what another one of the program has by now.

    Args:
        declared: What the resource declares.
        had: What it declared when it was deployed last.
        urn: The resource, as the ledger knows it.
        ledger: The ledger.
        kinds: The registry.
        stays: Tells of another resource of the stack whether the program has it.

    Raises:
        OwnershipError: Naming the other one, and what to do.

    """
    for now, names in ledger.former.items():
        # What holds no rows is made anew without a loss.
        owner = ledger.owners.get(now, urn) if kinds[now.kind].holds_rows else urn
        lost = [it.id for it in names if it.id in had and it.id in declared and it.id not in ledger.owners]
        if lost and owner != urn and of_one_stack(owner, urn) and stays(owner):
            raise _renamed_away(lost[-1], now, owner)


def _renamed_away(id: ObjectId, now: ObjectId, owner: str) -> OwnershipError:
    name = resource_name(owner)
    return OwnershipError(
        f'it is {now} by now, for a deployment renamed it for resource "{name}": one that is made would be empty.',
        where=str(id),
        remedy=f'Nothing was changed. Take "{name}" out and deploy: it is called {id} again, with what it holds, and '
        f'"{name}" can be added again. To have {id} made anew, take this resource out in a deployment before.',
    )
