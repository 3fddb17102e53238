"""Connections that notice a server which answers no more, although nothing says that the connection has ended.

What stands between the two, a proxy, a firewall or a tunnel, may acknowledge all that is sent and pass nothing on.
TCP's keepalives are answered then, and a statement that takes its time looks the same as one whose answer never comes.
So another connection asks the server what that session is doing.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, LiteralString, TypeVar

import psycopg

T = TypeVar("T")
Waiting = Generator[Any, Any, T]
"""What psycopg waits with: it gives what it waits for, and is sent what is ready; nothing, where nothing is yet."""

SILENCE_SECONDS = 8.0
"""How long an answer may take before the server is asked about it, and again and again after that."""
ANSWER_SECONDS = 8
"""How long the server may take to say what a session is doing."""
_SHORT_SECONDS = 1.0
"""How long an answer may take where another connection has found the server out of reach."""
QUESTIONS = 2
"""So often in a row it has to be out of reach: less than half a minute with the silence before."""

# A session that has been idle for as long as its client has waited for an answer never heard the question, or its
# answer was lost. One that works, or sends what it found, is active.
_WAITS_FOR_US: LiteralString = """
    select count(*) = 0 or pg_catalog.bool_and(coalesce(
             a.state like 'idle%%' and pg_catalog.clock_timestamp() - a.state_change > %s * interval '1 second', false))
      from pg_catalog.pg_stat_activity a where a.pid = %s
"""


class _Bounded(psycopg.Connection[tuple[Any, ...]]):
    """A connection on which nothing is waited for longer than the server may take for an answer."""

    def wait(self, gen: Waiting[T], interval: float = 0.1, timeout: float | None = None) -> T:
        return super().wait(_bounded(gen), interval, timeout)


class Line:
    """What the connections of one deployment know together of the way to their server."""

    def __init__(self) -> None:
        """Know nothing against it."""
        self.is_dead = False


class Attentive(psycopg.Connection[tuple[Any, ...]]):
    """A connection that is given up once the server has not answered for half a minute, and works on nothing for it."""

    process = 0
    """The server's process, as it says itself: behind a pooler libpq is told another number."""
    line: Line | None = None
    """Shared with other connections: where one has waited in vain, the others need not wait as long."""
    _unreached = 0

    def wait(self, gen: Waiting[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Wait for the server as psycopg does, attentively."""
        return super().wait(self._attended(gen), interval, timeout)

    def _attended(self, gen: Waiting[T]) -> Waiting[T]:
        try:
            wanted, heard = next(gen), time.monotonic()
            self._unreached = 0
            while True:
                ready = yield wanted
                if ready:
                    heard = time.monotonic()
                elif time.monotonic() - heard > (_SHORT_SECONDS if self._is_dead else SILENCE_SECONDS):
                    heard = self._asked(heard)
                wanted = gen.send(ready)
        except StopIteration as done:
            found: T = done.value
            return found

    def _asked(self, heard: float) -> float:
        """Ask the server what it does for us; return the moment from which silence counts anew."""
        lost = self._lost()
        if lost:
            self.pgconn.finish()
            raise psycopg.OperationalError(f"no answer for {round(time.monotonic() - heard)} s: {lost}")
        # Out of reach once: it is asked again at once.
        return heard if self._unreached else time.monotonic()

    @property
    def _is_dead(self) -> bool:
        return self.line is not None and self.line.is_dead

    def _lost(self) -> str:
        """Return why no answer is to be expected any more; empty: the server works at it, for all that is known."""
        unreached, self._unreached = self._unreached + 1, 0
        if self._is_dead:
            return "the server cannot be reached"
        try:
            with _Bounded.connect(
                self.info.dsn, password=self.info.password, connect_timeout=ANSWER_SECONDS, autocommit=True
            ) as asking:
                asking.execute("set search_path = ''")
                row = asking.execute(_WAITS_FOR_US, [SILENCE_SECONDS, self.process]).fetchone()
        except psycopg.errors.ConnectionTimeout:
            self._unreached = unreached
            if unreached < QUESTIONS:
                return ""
            if self.line is not None:
                self.line.is_dead = True
            return "the server cannot be reached"
        except psycopg.Error:
            # It answers, if only to refuse: this says nothing of the other session.
            return ""
        return "the server works at nothing for this session" if self.process and row and row[0] else ""


def process_of(connection: psycopg.Connection[Any]) -> int:
    """Return the server's process for a session."""
    return connection.process if isinstance(connection, Attentive) else connection.info.backend_pid


def _bounded(gen: Waiting[T]) -> Waiting[T]:
    deadline = time.monotonic() + ANSWER_SECONDS
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > deadline:
                raise psycopg.errors.ConnectionTimeout
            wanted = gen.send(ready)
    except StopIteration as done:
        found: T = done.value
        return found
