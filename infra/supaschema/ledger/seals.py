"""Seals: what the ledger keeps in the place of a text that may be read by nobody there, and can be known again.

A seal is a salted hash. Whoever holds the text, as the live catalog does, tells by it that nothing changed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec

from supaschema.model import Definition

D = TypeVar("D", bound=Definition)

_SEALED = "supaschema:sealed:"
"""How a seal begins in the place of a secret, which nobody can read any more."""
_UNTOLD = "supaschema:untold:"
"""How one begins in the place of a text that the ledger holds and this role is not told; schema.sql makes them."""
_BEGINNINGS = (_SEALED, _UNTOLD)
_SHOWN = "null /* what it was before is not told to this role */"


def seal(text: str) -> str:
    """Return the seal of a text, another each time."""
    salt = secrets.token_hex(16)
    return f"{_SEALED}{salt}:{_digest(salt, text)}"


def is_seal(text: object) -> bool:
    """Tell whether this is a seal."""
    return isinstance(text, str) and text.startswith(_BEGINNINGS)


def fits(seal: str, text: str) -> bool:
    """Tell whether a seal is of this text, or is this very seal."""
    salt, _, digest = seal[len(_SEALED) :].partition(":")
    return text == seal or _digest(salt, text) == digest


def sealed(definition: D, is_secret: Callable[[str], bool]) -> D:
    """Return a definition with a seal in the place of each text of which `is_secret` is true."""
    return _with_texts(definition, lambda text: seal(text) if is_secret(text) else text)


def holds_seal(definition: Definition) -> bool:
    """Tell whether a text of a definition is sealed."""
    return any(map(is_seal, _texts(msgspec.to_builtins(definition))))


def opened(definition: D, live: Definition | None) -> D:
    """Return a definition with the live texts in the places of the seals that fit them; the other seals stay."""
    if not holds_seal(definition):
        return definition
    texts = [] if live is None else list(_texts(msgspec.to_builtins(live)))

    def open_one(text: str) -> str:
        return next((other for other in texts if fits(text, other)), text) if is_seal(text) else text

    return _with_texts(definition, open_one)


def restorable(before: D, live: Definition | None) -> D | None:
    """Return what can be put back of a definition: of a text that is sealed and not live, the live one stays.

    Args:
        before: The definition as the ledger has it.
        live: What the object is now; None: it is not there, and what is sealed cannot be made again.

    """
    found = opened(before, live)
    if not holds_seal(found):
        return found
    if live is None and any(text.startswith(_SEALED) for text in _texts(msgspec.to_builtins(found))):
        return None
    kept = _kept(msgspec.to_builtins(found), msgspec.to_builtins(live))
    result: D = msgspec.convert(kept, type(before))
    return result


def _kept(value: Any, live: Any) -> Any:
    match value:
        case str() if value.startswith(_UNTOLD):
            return _SHOWN
        case str() if value.startswith(_SEALED):
            return live
        case dict():
            others = live if isinstance(live, dict) else {}
            return {key: _kept(item, others.get(key)) for key, item in value.items()}
        case list() | tuple():
            items = live if isinstance(live, list | tuple) else ()
            return [_kept(item, items[at] if at < len(items) else None) for at, item in enumerate(value)]
        case _:
            return value


def _digest(salt: str, text: str) -> str:
    return hashlib.sha256((salt + text).encode("utf-8", "surrogatepass")).hexdigest()


def _with_texts(definition: D, change: Callable[[str], str]) -> D:
    before = msgspec.to_builtins(definition)
    after = _mapped(before, change)
    return definition if after == before else msgspec.convert(after, type(definition))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for item in value.values() for text in _texts(item))
        case list() | tuple():
            yield from (text for item in value for text in _texts(item))


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case dict():
            return {key: _mapped(item, change) for key, item in value.items()}
        case list() | tuple():
            return [_mapped(item, change) for item in value]
        case _:
            return value
