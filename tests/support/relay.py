"""A server behind a relay, which may change what it answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_HOST = "127.0.0.1"
_CHUNK = 65536


@contextmanager
def relayed(port: int, *, told: bytes, instead: bytes) -> Iterator[int]:
    """Relay connections to a local server; give the port.

    Args:
        port: The server's.
        told: What the server says.
        instead: What its clients hear instead, as long as what it says.

    """
    assert len(told) == len(instead)
    with socket.create_server((_HOST, 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, port, told, instead), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, port: int, told: bytes, instead: bytes) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            server = socket.create_connection((_HOST, port))
            for pair in ((client, server, b"", b""), (server, client, told, instead)):
                threading.Thread(target=_pass_on, args=pair, daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, told: bytes, instead: bytes) -> None:
    with suppress(OSError), source:
        while data := source.recv(_CHUNK):
            target.sendall(data.replace(told, instead) if told else data)
        target.shutdown(socket.SHUT_WR)
