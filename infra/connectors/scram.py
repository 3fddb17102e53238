"""A password's SCRAM-SHA-256 verifier, as PostgreSQL keeps it (RFC 5802, RFC 7677).

Computed here, so that neither the server nor its log sees the password. The verifier lets the server check the
password; it lets nobody log in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

ITERATIONS = 4096
"""What the server itself uses. More would only slow down logins: a generated password cannot be guessed."""

_VERIFIER = re.compile(r"SCRAM-SHA-256\$[1-9][0-9]*:[A-Za-z0-9+/]+={0,2}\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=")
_LEAST = 20


class WeakPassword(Exception):
    """The text is no password for a machine. The message does not repeat it."""


def password() -> str:
    """Make a password: 256 bits of the system's randomness, in characters that a URL takes as they are."""
    return secrets.token_urlsafe(32)


def verifier(text: str, *, salt: bytes | None = None) -> str:
    """Return the verifier of a password.

    Args:
        text: The password: printable ASCII, so that there is one way to spell it as bytes.
        salt: The salt; None: a fresh one.

    Raises:
        WeakPassword: It is short enough to be guessed from the verifier, or holds other characters.

    """
    if len(text) < _LEAST or not text.isascii() or not text.isprintable() or " " in text:
        raise WeakPassword(f"A machine's password has {_LEAST} or more ASCII characters and no spaces.")
    salt = secrets.token_bytes(16) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", text.encode(), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${ITERATIONS}:{_base64(salt)}${_base64(stored)}:{_base64(server)}"


def is_verifier(text: str) -> bool:
    """Say whether a text is a verifier; what is none, the server would take for a password."""
    return _VERIFIER.fullmatch(text) is not None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
