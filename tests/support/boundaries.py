"""Stop a deployment at every statement: a relay that understands as much of the protocol as that takes.

A server says that it is ready for the next statement, and whether a transaction is open (`ReadyForQuery`). There the
relay keeps the answer back, and lets no other connection begin anything, until a look at the database is done. Where no
transaction is open, all that was written until then is committed and all that other sessions can see; inside of a
transaction they see nothing of it. Of connections that stop at once those outside of a transaction come first: what
they have committed shows already.
"""

from __future__ import annotations

import dataclasses
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from tests.support.relay import relaying

_SECONDS = 60
_LENGTH = struct.Struct("!I")
_CANCEL_REQUEST = 80877102


@dataclass(frozen=True, slots=True)
class Boundary:
    """What a connection has come to.

    Attributes:
        process: The server process of the connection.
        statements: What it has sent since it was last outside of a transaction.
        tags: What the server says of the last message's statements, one by one: `COMMIT`, `INSERT 0 1`.
        inside: Whether a transaction is open.
        beside: What other connections are at meanwhile, each of which waits for a lock. A statement that commits in
            parts, such as CREATE INDEX CONCURRENTLY, may show some of what it does already.

    """

    process: int
    statements: tuple[str, ...]
    tags: tuple[str, ...]
    inside: bool
    beside: tuple[str, ...] = ()


Look = Callable[[Boundary], None]
"""Looks at the database while everything stands still."""
Waits = Callable[[int], bool]
"""Tells whether a server process waits for a lock."""


@dataclass
class Boundaries:
    """The connections of one run, and what is looked at in between.

    Attributes:
        look: Called at every boundary, one call at a time.
        waits: Asked of connections that are at work while another one has come to a boundary.
        failures: What looks have raised; the run goes on nevertheless.

    """

    look: Look
    waits: Waits
    failures: list[BaseException] = field(default_factory=list)
    _turn: threading.Condition = field(default_factory=threading.Condition)
    _links: list[_Link] = field(default_factory=list)

    def link(self) -> tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]:
        """Take in another connection."""
        link = _Link(self)
        self._links.append(link)
        return link.asks, link.answers

    def asked(self, link: _Link) -> None:
        """Let a connection begin something, once nobody looks."""
        with self._turn:
            link.working += 1

    def reached(self, link: _Link, boundary: Boundary) -> None:
        """Let all stand still, and look."""
        with self._turn:
            try:
                self._stand_still(link, boundary)
                beside = (other.at for other in self._links if other is not link and other.working)
                self.look(dataclasses.replace(boundary, beside=tuple(beside)))
            except BaseException as error:  # noqa: BLE001 - the thread is the relay's; the test raises it
                self.failures.append(error)
            finally:
                link.committed = False
                self._turn.notify_all()

    def _stand_still(self, link: _Link, boundary: Boundary) -> None:
        deadline = time.monotonic() + _SECONDS
        others = [other for other in self._links if other is not link]
        while self._moves(others):
            assert time.monotonic() < deadline, "another connection of the run goes on and on"
            time.sleep(0.001)
        if boundary.inside and any(other.committed for other in others):
            assert self._turn.wait(_SECONDS), "another connection of the run is never looked at"
            self._stand_still(link, boundary)

    def _moves(self, links: list[_Link]) -> bool:
        # What waits for a lock of a connection that we hold will not end, nor change anything meanwhile. One that comes
        # to its boundary while the others are asked may have let another one go on.
        before = [link.working for link in links]
        works = any(link.working and not self.waits(link.process) for link in links)
        return works or before != [link.working for link in links]


@contextmanager
def boundaries(port: int, look: Look, waits: Waits) -> Iterator[int]:
    """Relay connections to a local server and look at every boundary; give the port. Raise what a look has raised."""
    found = Boundaries(look, waits)
    with relaying(port, found.link) as relay:
        yield relay
    if found.failures:
        raise found.failures[0]


def port(url: str) -> int:
    """Return the port of a URL."""
    number = urlsplit(url).port
    assert number is not None
    return number


def through(url: str, relay: int) -> str:
    """Return the URL of the same database behind a relay that reads what is said."""
    parts = urlsplit(url)
    login = parts.netloc.rpartition("@")[0]
    place = f"{login}@127.0.0.1:{relay}"
    return urlunsplit(parts._replace(netloc=place, query="sslmode=disable&gssencmode=disable"))


class _Link:
    """One connection, cut into messages."""

    def __init__(self, run: Boundaries) -> None:
        self._run = run
        self._asked = _Messages(started=False)
        self._answered = _Messages(started=True)
        self._prepared: dict[bytes, str] = {}
        self._statements: list[str] = []
        self._tags: list[str] = []
        self._ready = False
        self.process = 0
        self.working = 0
        """How many requests the server has not answered."""
        self.committed = False
        """Whether it is outside of a transaction and has yet to be looked at there."""

    @property
    def at(self) -> str:
        """What was asked last."""
        return self._statements[-1] if self._statements else ""

    def asks(self, data: bytes) -> bytes:
        """Note what the client says, and pass it on once nobody looks."""
        for kind, body in self._asked.cut(data):
            if kind == b"P":
                name, text = body.split(b"\0")[:2]
                self._prepared[name] = text.decode()
            elif kind == b"B":
                self._statements.append(self._prepared[body.split(b"\0")[1]])
            elif kind == b"Q":
                self._statements.append(body.rstrip(b"\0").decode())
            if kind in (b"Q", b"S"):
                self._run.asked(self)
        return data

    def answers(self, data: bytes) -> bytes:
        """Note what the server says, and stop where it is ready for more."""
        for kind, body in self._answered.cut(data):
            if kind == b"K":
                self.process = _LENGTH.unpack_from(body)[0]
            elif kind == b"C":
                self._tags.append(body.rstrip(b"\0").decode())
            elif kind == b"Z":
                self._stop(inside=body != b"I")
        return data

    def _stop(self, *, inside: bool) -> None:
        if self._ready:
            self.committed = not inside
            self.working -= 1
            self._run.reached(self, Boundary(self.process, tuple(self._statements), tuple(self._tags), inside))
        self._ready = True
        self._tags.clear()
        if not inside:
            self._statements.clear()


class _Messages:
    """A stream cut into messages: a type, a length that counts itself, a body; a client's first one has no type."""

    def __init__(self, *, started: bool) -> None:
        self._started = started
        self._rest = b""

    def cut(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        self._rest += data
        while True:
            typed = 1 if self._started else 0
            if len(self._rest) < typed + _LENGTH.size:
                return
            end = typed + _LENGTH.unpack_from(self._rest, typed)[0]
            if len(self._rest) < end:
                return
            kind, body = self._rest[:typed], self._rest[typed + _LENGTH.size : end]
            self._rest, self._started = self._rest[end:], True
            yield kind, body
