"""Definitions as a finding tells them: property by property, without what is not for others to read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from supaschema.core.model import Definition, ObjectId
from supaschema.core.secret_texts import MASK
from supaschema.drift.model import Property
from supaschema.drift.reading import Reading
from supaschema.engine.diff import texts
from supaschema.kinds.base import Kind
from supaschema.ledger import seals

NOT_SHOWN = "differs within what is not shown"


def told(reading: Reading, id: ObjectId, definition: Definition) -> dict[str, Any]:
    """Return what a definition says, as it may leave the server; what says nothing is left out."""
    kind = reading.kinds[id.kind]
    return {key: value for key, value in _fields(_readable(reading, id, definition), kind, id).items() if value}


def properties(reading: Reading, id: ObjectId, recorded: Definition, live: Definition) -> tuple[Property, ...]:
    """Return the properties in which two definitions differ, as they may leave the server."""
    kind = reading.kinds[id.kind]
    pair = kind.comparable(recorded), kind.comparable(live)
    sides = [_fields(side, kind, id) for side in pair]
    shown = [_fields(_readable(reading, id, side), kind, id) for side in pair]
    return tuple(_differing(sides, shown))


def _differing(sides: list[dict[str, Any]], shown: list[dict[str, Any]]) -> Iterator[Property]:
    for name in dict.fromkeys((*sides[0], *sides[1])):
        if sides[0].get(name) == sides[1].get(name):
            continue
        old, new = (side.get(name) for side in shown)
        yield Property(name, old, new if old != new else NOT_SHOWN)


def _readable(reading: Reading, id: ObjectId, definition: Definition) -> Definition:
    entry = reading.ledger.entry(id)
    known = () if entry is None else (entry.spelling, entry.before)
    found: Definition = seals.concealed(reading.kinds[id.kind].told(definition), known, reading.secrets)
    return found


def _fields(definition: Definition, kind: Kind[Any], id: ObjectId) -> dict[str, Any]:
    """Return what is compared of a definition: its structure, and the texts that the server may write otherwise."""
    found = _plain(kind.structure(definition)) | texts(kind, id, definition)
    return {key: _masked(value) for key, value in found.items()}


def _plain(definition: Definition) -> dict[str, Any]:
    # Every field, for what is as it is by default is a property too.
    fields = ((name, getattr(definition, name)) for name in definition.__struct_fields__)
    return {name: json.loads(msgspec.json.encode(value)) for name, value in fields}


def _masked(value: Any) -> Any:
    match value:
        case str():
            return MASK if seals.is_seal(value) else value
        case list():
            return [_masked(item) for item in value]
        case dict():
            return {key: _masked(item) for key, item in value.items()}
        case _:
            return value


def untold(reading: Reading, id: ObjectId, definitions: Iterable[Definition | None]) -> Iterator[str]:
    """Yield the texts of definitions that are not for others to read: of what a kind does not tell, and of seals."""
    for definition in definitions:
        if definition is not None:
            shown = _readable(reading, id, definition)
            yield from _hidden(msgspec.to_builtins(definition), msgspec.to_builtins(shown))


def _hidden(whole: Any, shown: Any) -> Iterator[str]:
    match whole:
        case str():
            if seals.is_seal(whole) or whole != shown:
                yield whole
        case dict():
            yield from (text for key, item in whole.items() for text in _hidden(item, (shown or {}).get(key)))
        case list() | tuple():
            others = [*(shown or ()), *[None] * len(whole)]
            yield from (text for item, other in zip(whole, others, strict=False) for text in _hidden(item, other))
