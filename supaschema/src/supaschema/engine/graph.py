"""Ordering by what must come before what. Pure; knows no kind."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any, TypeVar

T = TypeVar("T", bound=Hashable)

Relation = Mapping[T, Collection[T]]
"""By item, those that must come before it."""
_Graph = dict[T, set[T]]


def ordered(
    items: Iterable[T],
    relations: Iterable[Relation[T]],
    priority: Callable[[T], Any],
    together: Relation[T] | None = None,
    breaks: Collection[T] = (),
) -> list[T]:
    """Return items in an order in which each follows those that must come before it.

    Args:
        items: What to order. What a relation names besides is ignored.
        relations: What must come before what, the surest relation first. Where they contradict each other, a later one
            gives way: some are guesses, and one too many must do no harm.
        priority: The order of items that no relation decides.
        together: By item, those that are to follow it with none of `breaks` in between, where no relation forbids it.
        breaks: What is not to come in between: it comes afterwards or, where it cannot, before.

    """
    graph = _without_circles(items, relations)
    result = _by_priority(graph, priority)
    while _set_apart(result, graph, together or {}, breaks):
        result = _by_priority(graph, priority)
    return result


def _without_circles(items: Iterable[T], relations: Iterable[Relation[T]]) -> _Graph[T]:
    # By position throughout: what is cut, and what comes out, is the same in every run.
    place = {item: position for position, item in enumerate(items)}
    sure = [
        {
            item: {one for one in ahead if one in place and one != item}
            for item, ahead in befores.items()
            if item in place
        }
        for befores in relations
    ]
    while True:
        graph = {item: set().union(*(befores.get(item, ()) for befores in sure)) for item in place}
        sorter = TopologicalSorter({item: sorted(befores, key=place.__getitem__) for item, befores in graph.items()})
        try:
            sorter.prepare()
        except CycleError as error:
            _cut(error.args[1], sure)
        else:
            return graph


def _set_apart(result: Sequence[T], graph: _Graph[T], together: Relation[T], breaks: Collection[T]) -> bool:
    """Add to a graph what keeps breaks out of what is to stay together; return whether there was anything to add."""
    place = {item: position for position, item in enumerate(result)}
    waiting = sorted(place[item] for item in breaks if item in place)
    found = False
    for first, lasts in together.items() if waiting else ():
        for last in sorted(lasts, key=place.__getitem__):
            between = (result[at] for at in waiting if place[first] < at < place[last])
            ahead = None
            for item in (one for one in between if one not in lasts):
                # No edge that is added here changes what is ahead of the last.
                ahead = _ahead_of(last, graph) if ahead is None else ahead
                # What it was to follow it follows still if it waits.
                if item not in ahead:
                    graph[item].add(last)
                    found = True
                elif first not in _ahead_of(item, graph):
                    graph[first].add(item)
                    found = True
    return found


def _ahead_of(item: T, graph: _Graph[T]) -> set[T]:
    found, waiting = set[T](), [item]
    while waiting:
        more = graph[waiting.pop()] - found
        found |= more
        waiting += more
    return found


def _by_priority(graph: _Graph[T], priority: Callable[[T], Any]) -> list[T]:
    # The sorter looks at what comes first in the order in which it is given.
    place = {item: position for position, item in enumerate(graph)}
    sorter = TopologicalSorter({item: sorted(befores, key=place.__getitem__) for item, befores in graph.items()})
    sorter.prepare()
    result: list[T] = []
    waiting: list[tuple[Any, int, T]] = []
    arrived = 0
    while sorter.is_active():
        for item in sorter.get_ready():
            # The number keeps items of one priority from being compared.
            heapq.heappush(waiting, (priority(item), arrived, item))
            arrived += 1
        item = heapq.heappop(waiting)[2]
        result.append(item)
        sorter.done(item)
    return result


def _cut(cycle: list[T], relations: list[dict[T, set[T]]]) -> None:
    # Each item of the cycle must come before the next. The pair gives way that only the least sure relation holds.
    def surest(pair: tuple[T, T]) -> int:
        return next(place for place, befores in enumerate(relations) if pair[0] in befores.get(pair[1], ()))

    before, item = max(pairwise(cycle), key=surest)
    for befores in relations:
        befores.get(item, set()).discard(before)


def in_circles(roots: Mapping[T, T], edges: Mapping[T, Collection[T]]) -> frozenset[T]:
    """Return the parts that must go before what they belong to, for their roots stand on each other in a circle.

    Args:
        roots: By item, what it goes with; an item that goes by itself is its own root.
        edges: By item, those that stand on it.

    """
    between: dict[tuple[T, T], set[T]] = {}
    for beneath, above in edges.items():
        for item in above:
            below, over = roots.get(beneath), roots.get(item)
            if below is not None and over is not None and below != over:
                between.setdefault((over, below), set()).add(item)
    first: set[T] = set()
    while True:
        graph: dict[T, set[T]] = {root: set() for root in roots.values()}
        for (over, below), items in between.items():
            if items - first:
                graph[below].add(over)
        try:
            TopologicalSorter({root: sorted(befores, key=str) for root, befores in graph.items()}).prepare()
        except CycleError as error:
            cut = {
                item for pair in pairwise(error.args[1]) for item in between.get(pair, ()) if item not in roots.values()
            }
            if not cut - first:
                return frozenset(first)
            first |= cut
        else:
            return frozenset(first)
