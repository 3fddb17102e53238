"""What stands between us and the server: a pooler that gives each transaction another session is found out by asking.

Locks of a session, settings and temporary objects would be somebody else's a moment later.
"""

from __future__ import annotations

import secrets
from typing import Any, LiteralString

from supaschema.core.errors import ConnectionRefused
from supaschema.database.attention import Attentive

_ROUNDS = 4
"""So often each of two sessions is asked who it is: a pooler may choose the same for both, or another each time."""
_MARK: LiteralString = "select pg_catalog.set_config('supaschema.session', %s, false)"
_WHO: LiteralString = "select pg_catalog.pg_backend_pid(), pg_catalog.current_setting('supaschema.session', true)"


def require_session(connection: Attentive, parameters: dict[str, Any], place: str, process: int | None = None) -> None:
    """Refuse a connection that is no session of its own, before a setting of ours is left in somebody else's.

    Args:
        connection: The connection.
        parameters: Those of the connection, to open another one.
        place: Where it goes, for the message.
        process: The server's process, as that says itself; None: it is asked.

    Raises:
        ConnectionRefused: A setting or a process of the server does not last from one transaction to the next.

    """
    if process is None:
        row = connection.execute("select pg_catalog.pg_backend_pid()").fetchone()
        process = row[0] if row is not None else None
    if connection.info.backend_pid == process:
        # The server itself has answered: a pooler tells a number of its own, by which it knows its client again.
        return
    with Attentive.connect(**parameters) as other:
        sessions = connection, other
        marks = [secrets.token_hex(8) for _ in sessions]
        for session, mark in zip(sessions, marks, strict=True):
            session.execute(_MARK, [mark])
        asked = [(session, mark) for _ in range(_ROUNDS) for session, mark in zip(sessions, marks, strict=True)]
        told = [(mark, session.execute(_WHO).fetchone()) for session, mark in asked]
    kept = all(row is not None and row[1] == mark for mark, row in told)
    processes = {row[0] for _, row in told if row is not None}
    if not kept or len(processes) != len(sessions):
        raise ConnectionRefused(
            "a pooler in transaction mode answers, which keeps no session.",
            where=place,
            remedy="Use the direct connection or a pooler in session mode (on Supabase port 5432).",
        )
