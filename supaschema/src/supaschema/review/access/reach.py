"""What the rights in two readings can differ in: what was changed, and all that reads, calls or names it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from supaschema.core.sqltext import Name
from supaschema.review.access.bodies import Bodies
from supaschema.review.access.model import Reading, Relation, Routine

K = TypeVar("K")
V = TypeVar("V")
_Place = Name | str
"""A relation's name, or a routine's signature."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What the rights of are looked at.

    Attributes:
        relations: By name.
        routines: By signature.
        others: Whether what is neither counts as well.

    """

    relations: frozenset[Name]
    routines: frozenset[str]
    others: bool


def reach(before: Reading, after: Reading) -> Reach | None:
    """Return what may differ between the rights in two readings; None: anything may."""
    others = _changed(before.others, after.others)
    if any(thing.kind != "bucket" for thing in others) or _roles(before) != _roles(after):
        return None
    changed: set[_Place] = {*_changed(before.relations, after.relations), *_changed(before.routines, after.routines)}
    found = _closure(changed, _referring(before), _referring(after))
    extensions = {it.extension for it in _routines(found, before, after)} - {None}
    # What an extension brought is told as one.
    every = (it for reading in (before, after) for it in reading.routines.values())
    found |= {it.signature for it in every if it.extension in extensions}
    names = frozenset(it for it in found if not isinstance(it, str))
    return Reach(names, frozenset(it for it in found if isinstance(it, str)), bool(others))


def _roles(reading: Reading) -> tuple[object, ...]:
    return reading.subjects, reading.unbound, reading.inside


def _changed(before: Mapping[K, V], after: Mapping[K, V]) -> set[K]:
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}


def _routines(places: Iterable[_Place], *readings: Reading) -> Iterator[Routine]:
    for place in places:
        for reading in readings:
            if isinstance(place, str) and place in reading.routines:
                yield reading.routines[place]


def _referring(reading: Reading) -> Mapping[_Place, set[_Place]]:
    """Return by relation and routine what the rights to lean on it."""
    bodies, found = Bodies(reading), defaultdict[_Place, set[_Place]](set)
    for relation in reading.relations.values():
        for place in _named_by(relation):
            found[place].add(relation.name)
    for routine in reading.routines.values():
        if routine.words or routine.asks:
            named: list[_Place] = [ask.relation for ask in routine.asks]
            named += (it.name for it in bodies.named(routine))
            named += (it.signature for it in bodies.called(routine))
            for place in named:
                found[place].add(routine.signature)
    return found


def _named_by(relation: Relation) -> Iterator[_Place]:
    yield from (ask.relation for ask in relation.asks)
    yield from relation.calls
    for fired in relation.fires.values():
        yield from fired
    for policy in relation.policies:
        yield from (ask.relation for ask in policy.asks)
        yield from policy.calls


def _closure(begin: Iterable[_Place], *referring: Mapping[_Place, set[_Place]]) -> set[_Place]:
    found: set[_Place] = set()
    waiting = list(begin)
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += (it for each in referring for it in each.get(place, ()))
    return found
