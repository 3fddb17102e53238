"""Which names are those of keys: what is no secret to Pulumi, as somebody forgot to say so, and is one all the same."""

from __future__ import annotations

import re
from typing import LiteralString

KEY_NAMES: LiteralString = (
    "pass(word|phrase|wd)|secret|token|credential|verifier|database_?url|conn(ection)?_?(string|url)|^authorization$"
    "|(private|api|service[-_]?role|access|auth|encryption|master|signing)[-_]?key|service[-_]?account|^sa[-_]?key"
)
"""What such a name has in it, in capitals or not: an expression that Python and the server read alike."""
_KEY_NAMES = re.compile(KEY_NAMES, re.IGNORECASE)


def is_key(name: str) -> bool:
    """Return whether a name is one of a key."""
    return _KEY_NAMES.search(name) is not None
