"""The relay that stops a run at every statement: what it says of two connections at once."""

from __future__ import annotations

import threading
import time

import psycopg

from tests.access.exposure import WAITS
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


def test_what_commits_in_parts_is_named_to_who_is_inside_of_a_transaction(database: Database) -> None:
    seen: list[tuple[tuple[str, ...], bool]] = []

    def look(boundary: Boundary) -> None:
        if boundary.inside:
            seen.append((boundary.beside, one(watcher, "select to_regclass('public.made_found')") is not None))

    def waits(process: int) -> bool:
        return one(watcher, WAITS, process) is True

    build = "create index concurrently made_found on public.made (id)"
    with database.connect_superuser() as watcher, boundaries(port(database.url), look, waits) as relay:
        url = through(database.url, relay)
        with psycopg.connect(url) as writer, psycopg.connect(url, autocommit=True) as builder:
            builder.execute("create table public.made (id int)")
            writer.execute("insert into public.made values (1)")
            building = threading.Thread(target=builder.execute, args=(build,))
            building.start()
            while one(watcher, "select not exists (select from pg_class where relname = 'made_found')"):
                time.sleep(0.01)
            writer.execute("select 2")
            writer.commit()
            building.join()
    assert ((), False) in seen
    assert ((build,), True) in seen
