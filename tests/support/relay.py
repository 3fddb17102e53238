"""A server behind a relay, which may change what it answers, or stop at it."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

_HOST = "127.0.0.1"
_CHUNK = 65536

Pass = Callable[[bytes], bytes]
"""Takes what one side has said, and gives what the other side hears of it; it may take its time."""
Link = Callable[[], tuple[Pass, Pass]]
"""Called for every connection: what becomes of what its client says, and of what the server answers."""


@contextmanager
def relaying(port: int, link: Link) -> Iterator[int]:
    """Relay connections to a local server; give the port.

    Args:
        port: The server's.
        link: Says for each connection how it is relayed. What it raises ends the connection.

    """
    with socket.create_server((_HOST, 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, port, link), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def relayed(port: int, *, told: bytes, instead: bytes) -> AbstractContextManager[int]:
    """Relay connections to a local server; give the port.

    Args:
        port: The server's.
        told: What the server says.
        instead: What its clients hear instead, as long as what it says.

    """
    assert len(told) == len(instead)
    return relaying(port, lambda: (bytes, lambda data: data.replace(told, instead)))


class Line:
    """The line to a server, which can be cut silently: it takes what is sent, passes nothing on, and ends nothing."""

    def __init__(self) -> None:
        """Pass everything on at first."""
        self._numbers = itertools.count()
        self._dead: set[int] = set()
        self._all = False
        self._over = threading.Event()

    def link(self) -> tuple[Pass, Pass]:
        """Relay one connection, as `relaying` wants it."""
        number = next(self._numbers)

        def hold(data: bytes) -> bytes:
            if self._all or number in self._dead:
                self._over.wait()
                raise ConnectionAbortedError
            return data

        return hold, hold

    def cut(self, number: int | None = None) -> None:
        """Pass nothing more on: on the connection of this number, or on any, new ones too."""
        if number is None:
            self._all = True
        else:
            self._dead.add(number)

    def end(self) -> None:
        """Let go of the connections that were cut."""
        self._over.set()


def _serve(listener: socket.socket, port: int, link: Link) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            server = socket.create_connection((_HOST, port))
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            says, answers = link()
            for pair in ((client, server, says), (server, client, answers)):
                threading.Thread(target=_pass_on, args=pair, daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, become: Pass) -> None:
    with suppress(OSError), source:
        while data := source.recv(_CHUNK):
            target.sendall(become(data))
        target.shutdown(socket.SHUT_WR)
