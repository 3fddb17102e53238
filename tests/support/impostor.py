"""A server that is none: it speaks the first bytes of PostgreSQL's protocol, and keeps all that it is told."""

from __future__ import annotations

import enum
import hashlib
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_SALT = b"salt"
_CHUNK = 65536


class Asks(enum.Enum):
    """How it wants to be told who connects: the message that says so."""

    CLEARTEXT = struct.pack("!cii", b"R", 8, 3)
    MD5 = struct.pack("!cii4s", b"R", 12, 5, _SALT)
    NOTHING = struct.pack("!cii", b"R", 8, 0) + struct.pack("!ci c", b"Z", 5, b"I")


@dataclass(slots=True)
class Impostor:
    """Where it listens, and what it was told, each connection's bytes in the clear."""

    port: int = 0
    told: list[bytes] = field(default_factory=list)

    def knows(self, user: str, password: str) -> bool:
        """Return whether it was told the password, or what MD5 makes of it."""
        inner = hashlib.md5(f"{password}{user}".encode()).hexdigest()  # noqa: S324 - as the protocol has it
        outer = hashlib.md5(inner.encode() + _SALT).hexdigest()  # noqa: S324
        return any(secret.encode() in heard for heard in self.told for secret in (password, inner, outer))


@contextmanager
def impostor(asks: Asks, certificate: Path | None = None, host: str = "127.0.0.1") -> Iterator[Impostor]:
    """Listen until the block ends.

    Args:
        asks: What it asks for.
        certificate: A file with key and certificate, for TLS; None: it refuses TLS and goes on without, if it is let.
        host: The address to listen at.

    """
    found = Impostor()
    with socket.create_server((host, 0)) as listener:
        found.port = listener.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(listener, found, asks, certificate), daemon=True)
        thread.start()
        yield found
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def _serve(listener: socket.socket, found: Impostor, asks: Asks, certificate: Path | None) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        client.settimeout(5)
        with suppress(OSError):
            _converse(client, found, asks, certificate)
        client.close()


def _converse(client: socket.socket, found: Impostor, asks: Asks, certificate: Path | None) -> None:
    first = client.recv(_CHUNK)
    if first == _SSL_REQUEST:
        client.sendall(b"N" if certificate is None else b"S")
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            client = context.wrap_socket(client, server_side=True)
        first = client.recv(_CHUNK)
    heard = first
    if first:
        client.sendall(asks.value)
        heard += client.recv(_CHUNK)
    found.told.append(heard)
    client.close()


def self_signed(folder: Path, name: str = "localhost") -> Path | None:
    """Make a certificate that nobody knows, with its key in the same file; None: there is no openssl to make it."""
    if shutil.which("openssl") is None:
        return None
    key, certificate, both = (folder / f"server.{what}" for what in ("key", "crt", "pem"))
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    names = ["-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run([*making, *names, *files], check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both
