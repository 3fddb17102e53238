"""Hashes of declared definitions: by them a deployment knows that nothing was declared otherwise since."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from supaschema.core.model import Definition
from supaschema.ledger import seals

FORMAT = 2
"""Goes up when a hash is made in another way; what an earlier version recorded is then recorded anew."""


def definition_hash(definition: Definition) -> str:
    """Return a hash of what a declared definition says: a property that a kind gains later does not change it."""
    text = msgspec.json.encode(_said(definition), order="sorted")
    return f"{FORMAT}:{hashlib.sha256(text).hexdigest()[:32]}"


def hash_fits(recorded: str | None, definition: Definition) -> bool:
    """Return whether a hash that the ledger holds is of this declared definition."""
    if seals.is_seal(recorded):
        return seals.fits(str(recorded), definition_hash(definition))
    return recorded == definition_hash(definition)


def is_current(recorded: str | None, definition: Definition) -> bool:
    """Return whether a hash that the ledger holds, if it holds one, can be compared with those of this version."""
    if recorded is None or seals.is_seal(recorded):
        return recorded is None or hash_fits(recorded, definition)
    return recorded.startswith(f"{FORMAT}:")


def _said(value: Any) -> Any:
    # Without what has its default value.
    match value:
        case None | str() | int():
            return value
        case msgspec.Struct():
            fields = ((name, getattr(value, name), default) for name, default in _defaults(type(value)))
            return {name: _said(item) for name, item, default in fields if item != default}
        case Mapping():
            return {str(key): _said(item) for key, item in value.items()}
        case tuple() | list():
            return [_said(item) for item in value]
        case _:
            return value


@functools.cache
def _defaults(definition: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
    # Kept, for `fields` works out the annotations of a class each time.
    fields = msgspec.structs.fields(definition)
    return tuple(
        (it.name, it.default if it.default_factory is msgspec.NODEFAULT else it.default_factory()) for it in fields
    )
