"""A sign of life, given to the server again and again: without it a session that keeps others out is ended."""

from __future__ import annotations

import threading

import psycopg

from supaschema.database.connect import Connection
from supaschema.ledger.writers import SILENT_SECONDS

BEAT_SECONDS = 5.0
"""Several times within what the server waits for: one that comes late is no death."""


def expect_pulse(connection: Connection) -> None:
    """Have the server end this session once it has heard nothing of it for a while.

    A client that was cut off by something which goes on acknowledging what the server sends would keep everybody out.
    """
    connection.execute("select pg_catalog.set_config('idle_session_timeout', %s, false)", [f"{SILENT_SECONDS}s"])


class Pulse:
    """Lets the server hear of a session, in a thread of its own."""

    def __init__(self, connection: Connection) -> None:
        """Begin; the connection is nobody else's."""
        self._connection = connection
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="supaschema pulse", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """End; the connection may be closed then."""
        self._ended.set()

    def _beat(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            try:
                # In no transaction that lasts: CREATE INDEX CONCURRENTLY would wait for it.
                self._connection.execute("select")
            except psycopg.Error:
                # It is closed now, and whoever wants to write is told.
                return
