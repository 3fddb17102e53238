"""Looking again, where what was looked at went meanwhile.

A transaction sees the rows of the catalog as they were when it began; the server's functions that print an object look
it up as it is now, and fail where another session has dropped it since (PostgreSQL documentation, "System Catalog
Information Functions"). Partitions come and go all the time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import psycopg

T = TypeVar("T")

ATTEMPTS = 5
_PAUSE_SECONDS = 0.1
# "cache lookup failed for ...", "could not open relation with OID ..."; "relation with OID ... does not exist".
_GONE = (psycopg.errors.InternalError_, psycopg.errors.UndefinedTable, psycopg.errors.UndefinedObject)


def settled(look: Callable[[], T]) -> T:
    """Return what a look finds that nothing went from beneath; after some attempts, raise what the last one did."""
    for attempt in range(1, ATTEMPTS):
        try:
            return look()
        except _GONE:
            time.sleep(_PAUSE_SECONDS * attempt)
    return look()
