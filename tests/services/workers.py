"""Many workers at once, each a thread with a connection of its own, as the application's processes are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from tests.fixtures.postgres import Database
from tests.support.sessions import Connection, as_service

WORKERS = 16


def together(database: Database, work: Callable[[Connection, int], Any], workers: int = WORKERS) -> list[Any]:
    """Let workers begin at the same moment; give what each gave. What one raises is raised."""
    ready = Barrier(workers)

    def run(number: int) -> Any:
        with database.connect() as connection:
            ready.wait(30)
            return work(connection, number)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, range(workers)))


def taken(database: Database, take: Callable[[Connection], Sequence[object]]) -> Counter[object]:
    """Let 16 workers take from a queue until nothing is left; give how often each item was taken."""

    def work(connection: Connection, _: int) -> list[object]:
        mine: list[object] = []
        while True:
            with as_service(connection):
                found = take(connection)
            if not found:
                return mine
            mine += found

    return Counter(item for items in together(database, work) for item in items)
