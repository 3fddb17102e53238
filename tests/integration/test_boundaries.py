"""The relay that stops a run at every statement: what it says of two connections at once."""

from __future__ import annotations

import threading
import time

import psycopg

from tests.fixtures.postgres import Database
from tests.support.boundaries import Boundary, boundaries, port, through
from tests.support.catalog import one


def test_what_has_committed_is_looked_at_before_who_is_inside_of_a_transaction(database: Database) -> None:
    seen: list[tuple[bool, bool]] = []

    def look(boundary: Boundary) -> None:
        seen.append((boundary.inside, one(watcher, "select to_regclass('public.made')") is not None))

    def waits(process: int) -> bool:
        return process < 0

    with database.connect_superuser() as watcher, boundaries(port(database.url), look, waits) as relay:
        url = through(database.url, relay)
        with psycopg.connect(url) as reader, psycopg.connect(url, autocommit=True) as writer:
            reader.execute("select 1")
            making = threading.Thread(
                target=writer.execute, args=("select pg_sleep(1); create table public.made (id int)",)
            )
            making.start()
            time.sleep(0.3)
            reader.execute("select 2")
            making.join()
    assert (True, False) in seen
    assert seen.index((False, True)) < seen.index((True, True))
