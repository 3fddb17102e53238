"""What has to be there before what, among declarations. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from supaschema.core.model import ObjectId
from supaschema.declarations import (
    Aggregate,
    Declaration,
    Function,
    MaterializedView,
    ObjectSet,
    Procedure,
    Table,
    View,
)
from supaschema.engine.graph import ordered
from supaschema.export.facts import facts_of
from supaschema.export.reading import Reading

_QUALIFIED = re.compile(r'(?:"((?:[^"]|"")+)"|([^\W\d][\w$]*))\.(?:"((?:[^"]|"")+)"|([^\W\d][\w$]*))')
_Befores = dict[int, set[int]]


@dataclass(frozen=True, slots=True)
class Ordered:
    """Declarations in an order in which they can be made.

    Attributes:
        declared: The declarations; those that stand on each other in a circle are one, an ObjectSet.
        after: By position, the positions of those that have to be there before; what these tell by themselves is left
            out.

    """

    declared: tuple[Declaration, ...]
    after: Mapping[int, tuple[int, ...]]


def in_order(declared: Sequence[Declaration], reading: Reading) -> Ordered:
    """Return declarations in an order in which they can be made, each with what has to be there before it.

    Args:
        declared: The declarations.
        reading: What the database holds, and what stands on what there.

    """
    makers = {fact.id: place for place, it in enumerate(declared) for fact in facts_of(it)}
    sure = _sure(declared, makers, reading)
    group = _groups(sure, len(declared))
    sets = {root: [place for place, its in group.items() if its == root] for root in dict.fromkeys(group.values())}
    between = {root: {group[it] for place in places for it in sure[place]} - {root} for root, places in sets.items()}
    named = _named(declared)
    guessed = {root: {group[it] for place in places for it in named[place]} - {root} for root, places in sets.items()}
    sequence = ordered(sets, (between, guessed), lambda root: root)
    position = {root: place for place, root in enumerate(sequence)}
    after = {
        position[root]: {position[it] for it in between[root] | guessed[root] if position[it] < position[root]}
        for root in sequence
    }
    made = tuple(_one([declared[place] for place in sets[root]]) for root in sequence)
    return Ordered(made, _shortened(after))


def _sure(declared: Sequence[Declaration], makers: Mapping[ObjectId, int], reading: Reading) -> _Befores:
    found: _Befores = {place: set() for place in range(len(declared))}
    for place, one in enumerate(declared):
        for fact in facts_of(one):
            kind = reading.kinds[fact.id.kind]
            below = (*kind.parents(fact.id), *kind.references(fact.id, fact.definition))
            schema = ObjectId("schema", fact.id.name[:1])
            found[place] |= {makers[it] for it in (*below, schema) if it in makers}
    for below_id, above in reading.edges.items():
        for id in above:
            if id in makers and below_id in makers:
                found[makers[id]].add(makers[below_id])
    return {place: befores - {place} for place, befores in found.items()}


def _groups(befores: _Befores, size: int) -> dict[int, int]:
    """Return by position the first one of those that stand on each other in a circle with it."""
    group = {place: place for place in range(size)}
    # Mostly they are two, a table and the sequence of its column: of those no search is needed.
    for place, other in ((place, it) for place, ahead in befores.items() for it in ahead if place in befores[it]):
        one, another = sorted((group[place], group[other]))
        group.update({it: one for it in (place, other) if group[it] == another})
    while True:
        graph: _Befores = {root: set() for root in group.values()}
        for place, ahead in befores.items():
            graph[group[place]] |= {group[it] for it in ahead} - {group[place]}
        try:
            TopologicalSorter({root: sorted(ahead) for root, ahead in graph.items()}).prepare()
        except CycleError as error:
            circle = set(error.args[1])
            first = min(circle)
            group = {place: first if root in circle else root for place, root in group.items()}
        else:
            return group


def _named(declared: Sequence[Declaration]) -> _Befores:
    # What a body names is needed where something runs it, as a materialized view does that is filled.
    called: dict[tuple[str, ...], set[int]] = {}
    for place, one in enumerate(declared):
        if isinstance(one, Table | View | MaterializedView | Function | Procedure | Aggregate):
            called.setdefault((one.schema, one.name), set()).add(place)
    return {
        place: {it for name in _names_in(one.body) for it in called.get(name, ())}
        if isinstance(one, Function | Procedure)
        else set()
        for place, one in enumerate(declared)
    }


def _names_in(body: str) -> Iterator[tuple[str, str]]:
    for quoted, plain, quoted_name, plain_name in _QUALIFIED.findall(body):
        yield quoted.replace('""', '"') or plain, quoted_name.replace('""', '"') or plain_name


def _one(members: list[Declaration]) -> Declaration:
    if len(members) == 1:
        return members[0]
    tables = [it for it in members if isinstance(it, Table)]
    return ObjectSet(objects=(*tables, *(it for it in members if not isinstance(it, Table))))


def _shortened(after: _Befores) -> dict[int, tuple[int, ...]]:
    """Return what has to be there before each, without what that has before it itself."""
    beneath: dict[int, int] = {}
    found: dict[int, tuple[int, ...]] = {}
    for place in sorted(after):
        implied = 0
        for it in after[place]:
            implied |= beneath[it]
        found[place] = tuple(it for it in sorted(after[place]) if not implied >> it & 1)
        own = implied
        for it in after[place]:
            own |= 1 << it
        beneath[place] = own
    return found
