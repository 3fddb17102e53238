"""Seals: what the ledger keeps in the place of a text that may be read by nobody there, and can be known again.

A seal is a salted hash. Whoever holds the text, as the live catalog does, tells by it that nothing changed.
"""

from __future__ import annotations

import hashlib
import secrets as randomness
from collections.abc import Callable, Iterable, Iterator
from typing import Any, LiteralString, TypeVar

import msgspec

from supaschema.core.model import Definition
from supaschema.core.secret_texts import MASK, Secrets

D = TypeVar("D", bound=Definition)
Place = tuple[str | int, ...]

SEALED: LiteralString = "supaschema:sealed:"
"""How a seal begins in the place of a secret, which nobody can read any more."""
_UNTOLD = "supaschema:untold:"
"""How one begins in the place of a text that the ledger holds and this role is not told; schema.sql makes them."""
_BEGINNINGS = (SEALED, _UNTOLD)
_BLANK = "-:-"
"""What follows where a seal is to be of no text: its salt and hash."""
_WHOLE = ("signature", "text")
"""Fields in which the server prints all of an object, its secrets too."""
_SHOWN = "null /* what it was before is not told to this role */"


def seal(text: str, salt: str | None = None) -> str:
    """Return the seal of a text, another each time unless its salt is given."""
    salt = randomness.token_hex(16) if salt is None else salt
    return f"{SEALED}{salt}:{_digest(salt, text)}"


def is_seal(text: object) -> bool:
    """Return whether this is a seal."""
    return isinstance(text, str) and text.startswith(_BEGINNINGS)


def fits(seal: str, text: str) -> bool:
    """Return whether a seal is of this text, or is this very seal."""
    salt, _, digest = seal[len(SEALED) :].partition(":")
    return text == seal or _digest(salt, text) == digest


def sealed(definition: D, secrets: Secrets, declared: Definition | None = None) -> D:
    """Return a definition with a seal in the place of each text that holds a secret.

    Args:
        definition: What the server holds.
        secrets: What is secret. What is sealed becomes known as a secret too.
        declared: What was declared of the same object: where that holds a secret, so does the server's spelling of it.

    """
    if secrets.none:
        return definition
    places = {place for place, text in _texts(_built(declared)) if secrets.holds(text)} if declared else set()

    def seal_one(place: Place, text: str) -> str:
        whole = bool(places) and place[0] in _WHOLE
        if is_seal(text) or not (whole or place in places or secrets.holds(text)):
            return text
        secrets.add([text])
        return seal(text)

    return _with_texts(definition, seal_one)


def concealed(definition: D, recorded: Iterable[Definition | None], secrets: Secrets) -> D:
    """Return a live definition with a mask in the place of each text that is or holds a secret, for others to read.

    Args:
        definition: What the server holds.
        recorded: What the ledger holds of the same object: where that has a seal, the text is one.
        secrets: What is secret.

    """
    texts = [item for one in recorded if one is not None for item in _texts(_built(one))]
    places = {place for place, text in texts if text.startswith(SEALED)}

    def mask_one(place: Place, text: str) -> str:
        whole = bool(places) and place[0] in _WHOLE
        return MASK if whole or place in places or secrets.holds(text) else text

    return _with_texts(definition, mask_one)


def blank(definition: D, secrets: Secrets) -> D:
    """Return what the ledger holds without the hashes of its seals, and with one in the place of each secret."""

    def blank_one(_: Place, text: str) -> str:
        beginning = next((it for it in _BEGINNINGS if text.startswith(it)), SEALED if secrets.holds(text) else None)
        return text if beginning is None else f"{beginning}{_BLANK}"

    return _with_texts(definition, blank_one)


def holds_seal(definition: Definition) -> bool:
    """Return whether a text of a definition is sealed."""
    return any(is_seal(text) for _, text in _texts(_built(definition)))


def opened(definition: D, live: Definition | None, secrets: Secrets) -> D:
    """Return a definition with the live texts in the places of the seals that fit them; the other seals stay.

    What is found to be a secret by that becomes known as one.
    """
    if not holds_seal(definition):
        return definition
    texts = [] if live is None else [text for _, text in _texts(_built(live))]

    def open_one(_: Place, text: str) -> str:
        found = next((other for other in texts if fits(text, other)), text) if is_seal(text) else text
        if text.startswith(SEALED) and found != text:
            secrets.add([found])
        return found

    return _with_texts(definition, open_one)


def restorable(before: D, live: Definition | None, secrets: Secrets) -> D | None:
    """Return what can be put back of a definition: of a text that is sealed and not live, the live one stays.

    Args:
        before: The definition as the ledger has it.
        live: What the object is now; None: it is not there, and what is sealed cannot be made again.
        secrets: Where what is found to be a secret becomes known.

    """
    found = opened(before, live, secrets)
    if not holds_seal(found):
        return found
    if live is None and any(text.startswith(SEALED) for _, text in _texts(_built(found))):
        return None
    kept = _kept(_built(found), None if live is None else _built(live))
    result: D = msgspec.convert(kept, type(before))
    return result


def _kept(value: Any, live: Any) -> Any:
    match value:
        case str() if value.startswith(_UNTOLD):
            return _SHOWN
        case str() if value.startswith(SEALED):
            return live
        case dict():
            others = live if isinstance(live, dict) else {}
            kept = {key: _kept(item, others.get(key)) for key, item in value.items()}
            # What is sealed and no longer live cannot be put back.
            return {key: item for key, item in kept.items() if item is not None or value[key] is None}
        case list() | tuple():
            items = live if isinstance(live, list | tuple) else ()
            return [_kept(item, items[at] if at < len(items) else None) for at, item in enumerate(value)]
        case _:
            return value


def _digest(salt: str, text: str) -> str:
    return hashlib.sha256((salt + text).encode("utf-8", "surrogatepass")).hexdigest()


def _built(definition: Definition) -> Any:
    return msgspec.to_builtins(definition)


def _with_texts(definition: D, change: Callable[[Place, str], str]) -> D:
    before = _built(definition)
    after = _mapped(before, change, ())
    return definition if after == before else msgspec.convert(after, type(definition))


def _texts(value: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    match value:
        case str():
            yield place, value
        case dict():
            yield from (text for key, item in value.items() for text in _texts(item, (*place, key)))
        case list() | tuple():
            yield from (text for at, item in enumerate(value) for text in _texts(item, (*place, at)))


def _mapped(value: Any, change: Callable[[Place, str], str], place: Place) -> Any:
    match value:
        case str():
            return change(place, value)
        case dict():
            return {key: _mapped(item, change, (*place, key)) for key, item in value.items()}
        case list() | tuple():
            return [_mapped(item, change, (*place, at)) for at, item in enumerate(value)]
        case _:
            return value
