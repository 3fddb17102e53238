"""Which keys of the API anybody may have: a page that is open to all carries one."""

from __future__ import annotations

import base64
import binascii
import json

_PUBLISHABLE = "sb_publishable_"
_ANON = "anon"


def is_public(key: str) -> bool:
    """Return whether a key is a publishable one, or the older kind: a token of role anon.

    Every other key opens more than an unknown visitor may, or is none.
    """
    return key.startswith(_PUBLISHABLE) or _role(key) == _ANON


def _role(token: str) -> object:
    # Unverified: it is only to be told apart from one that was taken by mistake.
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return claims.get("role") if isinstance(claims, dict) else None
