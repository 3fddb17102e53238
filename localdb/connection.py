"""Connect to the server of this package: where its URL says, whatever libpq's variables say."""

from __future__ import annotations

import os

import psycopg

Connection = psycopg.Connection[tuple[object, ...]]


def connect(url: str, *, autocommit: bool = False, timeout: int | None = None) -> Connection:
    """Open a connection; the caller closes it.

    Raise `psycopg.Error` when the server cannot be reached or refuses.
    """
    # PGHOSTADDR would take the superuser's password to another machine; no parameter overrules PGSERVICE.
    for name in [name for name in os.environ if name.startswith("PG")]:
        os.environ.pop(name, None)
    return psycopg.connect(url, autocommit=autocommit, connect_timeout=timeout)
