"""A proxy before the server that hangs up on everybody, or goes silent: it takes what is sent, passes nothing on."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_HOST = "127.0.0.1"
_CHUNK = 65536


class Proxy:
    """Passes connections on to a local server."""

    def __init__(self, listener: socket.socket) -> None:
        """Take where it listens."""
        self._listener = listener
        self._sides: set[socket.socket] = set()
        self._forgotten: set[socket.socket] = set()
        self._silences: list[threading.Event] = []
        self._heard = threading.Event()
        self._heard.set()
        self.server_port = 0

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    def hang_up(self) -> None:
        """End every connection, on both sides."""
        for side in list(self._sides):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def go_silent(self) -> None:
        """Pass nothing on any more, on any connection, new ones too, and end none."""
        self._heard.clear()

    def speak(self) -> None:
        """Be a proxy again, to those who come from now on; the others are not told."""
        self._forgotten |= self._sides
        self._silences.append(self._heard)
        self._sides.clear()
        self._heard = threading.Event()
        self._heard.set()

    def forget(self) -> None:
        """End what was left in silence, as a proxy does sooner or later."""
        while self._forgotten:
            with suppress(OSError):
                self._forgotten.pop().shutdown(socket.SHUT_RDWR)
        # What they still hold goes nowhere now.
        while self._silences:
            self._silences.pop().set()

    def serve(self) -> None:
        """Accept connections until there is nowhere to listen."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection((_HOST, self.server_port))
                except OSError:
                    client.close()
                    continue
                for side in (client, server):
                    side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self._sides.add(side)
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=(*pair, self._heard), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, heard: threading.Event) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                heard.wait()
                target.sendall(data)
        # Also where the one side was reset: the other must not wait for it for ever.
        heard.wait()
        with suppress(OSError), source:
            target.shutdown(socket.SHUT_WR)
        self._sides.discard(source)


@contextmanager
def proxied(server_port: int) -> Iterator[Proxy]:
    """Run a proxy before a local server."""
    with socket.create_server((_HOST, 0)) as listener:
        proxy = Proxy(listener)
        proxy.server_port = server_port
        threading.Thread(target=proxy.serve, daemon=True).start()
        yield proxy
        proxy.forget()
        proxy.hang_up()
        listener.shutdown(socket.SHUT_RDWR)
