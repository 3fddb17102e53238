"""Ordering by what must come before what. Pure; knows no kind."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any, TypeVar

T = TypeVar("T", bound=Hashable)

Relation = Mapping[T, Collection[T]]
"""By item, those that must come before it."""


def ordered(items: Iterable[T], relations: Iterable[Relation[T]], priority: Callable[[T], Any]) -> list[T]:
    """Return items in an order in which each follows those that must come before it.

    Args:
        items: What to order. What a relation names besides is ignored.
        relations: What must come before what, the surest relation first. Where they contradict each other, a later one
            gives way: some are guesses, and one too many must do no harm.
        priority: The order of items that no relation decides.

    """
    known = set(items)
    sure = [{item: set(befores.get(item, ())) & known - {item} for item in known} for befores in relations]
    while True:
        sorter = TopologicalSorter({item: set().union(*(befores[item] for befores in sure)) for item in known})
        try:
            sorter.prepare()
        except CycleError as error:
            _cut(error.args[1], sure)
        else:
            return _by_priority(sorter, priority)


def _by_priority(sorter: TopologicalSorter[T], priority: Callable[[T], Any]) -> list[T]:
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
    # Each item of the cycle must come before the next. One pair gives way, of the least sure relation that holds one.
    for befores in reversed(relations):
        for before, item in pairwise(cycle):
            if before in befores[item]:
                for others in relations:
                    others[item].discard(before)
                return
