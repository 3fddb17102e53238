"""Tokens as Supabase Auth signs them with a project's own secret: JWT, HS256."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from tools.dashboard.exchange import Refusal

_HEADER = {"alg": "HS256", "typ": "JWT"}


def signed(claims: Mapping[str, Any], secret: bytes) -> str:
    """Return a token with these claims."""
    body = f"{_encoded(_HEADER)}.{_encoded(claims)}"
    return f"{body}.{_base64(_signature(body, secret))}"


def verified(token: str, secret: bytes) -> dict[str, Any]:
    """Return a token's claims.

    Raise:
        Refusal: It is none, is signed otherwise, or its time is over; as PostgREST words it.

    """
    body, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_base64(_signature(body, secret)).encode(), signature.encode()):
        raise Refusal(401, "PGRST301", "No suitable key or wrong key type")
    try:
        header, claims = (json.loads(_decoded(part)) for part in body.split("."))
    except (binascii.Error, ValueError):
        raise Refusal(401, "PGRST301", "JWT cannot be decoded") from None
    # Whoever may choose how a token is signed may choose that it is not.
    if header.get("alg") != _HEADER["alg"]:
        raise Refusal(401, "PGRST301", "Wrong or unsupported encoding algorithm")
    if claims.get("exp", 0) <= time.time():
        raise Refusal(401, "PGRST303", "JWT expired")
    found: dict[str, Any] = claims
    return found


def _signature(body: str, secret: bytes) -> bytes:
    return hmac.new(secret, body.encode(), hashlib.sha256).digest()


def _encoded(value: Mapping[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
