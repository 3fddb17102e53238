"""Look at a database again and again while something else happens to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg

from tests.fixtures.postgres import Database
from tests.support.sessions import Connection

Look = Callable[[Connection], Iterable[str]]
"""Looks once, over an idle connection of role `postgres`, and gives what it objects to."""

FEWEST = 30
"""Looks below which nothing can be said."""
MOST = 5
"""Objections after which a look need not go on."""
PAUSE = 0.004


@contextmanager
def watching(database: Database, *looks: Look, pause: float = PAUSE) -> Iterator[dict[str, int]]:
    """Run looks, each in a thread and over a connection of its own, until the block ends; fail if one objects.

    Give how often each looked, which is known after the block. A longer pause leaves more of the machine to the block.
    """
    stop = threading.Event()
    counts: dict[str, int] = {}
    with ThreadPoolExecutor(len(looks)) as pool:
        running = [pool.submit(_keep_looking, database, look, stop, pause) for look in looks]
        try:
            yield counts
        finally:
            stop.set()
    looked = {look.__name__: done.result() for look, done in zip(looks, running, strict=True)}
    counts.update({name: count for name, (count, _) in looked.items()})
    # Who objects is told before who had no time: the one may be why of the other.
    for name, (count, objections) in looked.items():
        assert objections == [], f"{name} objects after {count} looks: {objections}"
    for name, count in counts.items():
        assert count >= FEWEST, f"{name} had no time to look"


def _keep_looking(database: Database, look: Look, stop: threading.Event, pause: float) -> tuple[int, list[str]]:
    objections: list[str] = []
    count = 0
    with database.connect() as connection:
        while not stop.is_set() and len(objections) < MOST:
            try:
                objections += look(connection)
            except psycopg.Error as error:
                objections.append(f"{type(error).__name__}: {error}")
            count += 1
            time.sleep(pause)
    return count, objections
