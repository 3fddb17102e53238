"""People at work: short reads and writes of one table, each timed. A process of its own, so that nothing else slows it.

python -m tools.stall.clients URL ROWS      (ends when its standard input does, and prints its numbers as JSON)
"""

from __future__ import annotations

import json
import math
import random
import sys
import threading
import time

import psycopg

CLIENTS = 4
PAUSE_SECONDS = 0.004
"""Between two statements of a client: so many clients are to leave the machine time for what is measured."""


def work(url: str, rows: int, number: int, ended: threading.Event, took: list[float]) -> None:
    """Read and write by key, a statement a transaction, until it ends; note how long each took."""
    # Always the same choices: two ways are measured under the same work.
    chance = random.Random(number)  # noqa: S311 - no secret depends on it
    with psycopg.connect(url, autocommit=True, application_name=f"client {number}") as connection:
        while not ended.wait(PAUSE_SECONDS):
            id, what = chance.randint(1, rows), chance.random()
            began = time.monotonic()
            if what < 0.5:
                connection.execute("select id, state, amount from public.orders where id = %s", [id]).fetchall()
            elif what < 0.8:
                connection.execute("update public.orders set amount = amount + 1 where id = %s", [id])
            else:
                connection.execute("insert into public.orders (customer_id, state) values (%s, 'new')", [id % 1000 + 1])
            took.append(time.monotonic() - began)


def summary(took: list[float]) -> dict[str, float]:
    """Return the number of statements, and of their times in milliseconds the highest and the 99.9th percentile."""
    ordered = sorted(took) or [0.0]
    place = min(len(ordered) - 1, math.ceil(len(ordered) * 0.999) - 1)
    return {"statements": len(took), "highest_ms": ordered[-1] * 1000, "p999_ms": ordered[place] * 1000}


def main(url: str, rows: int) -> None:
    """Work until standard input ends."""
    ended = threading.Event()
    took: list[list[float]] = [[] for _ in range(CLIENTS)]
    threads = [threading.Thread(target=work, args=(url, rows, n, ended, took[n])) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    ended.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(summary([item for each in took for item in each])))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
