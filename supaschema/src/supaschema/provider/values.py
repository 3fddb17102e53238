"""Property values: protobuf structs on the wire, JSON values inside; and which of them are secrets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from google.protobuf import struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine sends at preview for a value that is not known yet (Pulumi: `UnknownStringValue`)."""

Place = tuple[str | int, ...]
"""Where a value stands among properties: keys and positions."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker, the same for everybody
"""How a secret is marked among properties: a struct with this signature and the value."""
SECRET_MARK = {_SIGNATURE: _SECRET}
"""The same as JSON, as it is in a state."""


def from_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Read a struct; whole numbers become integers, for sizes must stay exact, and secrets their plain values."""
    return {key: _from_value(value) for key, value in struct.fields.items()}


def to_struct(values: dict[str, Any]) -> struct_pb2.Struct:
    """Write a struct."""
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


def secrets_of(struct: struct_pb2.Struct) -> dict[Place, Any]:
    """Return the plain values of the secrets in a struct, by their places."""
    # Mostly there is none, and to walk through everything takes long.
    if _SECRET.encode() not in struct.SerializeToString():
        return {}
    return dict(_secrets(struct_pb2.Value(struct_value=struct), ()))


def marked(values: dict[str, Any], places: Collection[Place], is_secret: Callable[[str], bool]) -> dict[str, Any]:
    """Return properties with a mark on each that stands in one of the places, and on each text that is secret."""
    return {key: _marked(value, (key,), places, is_secret) for key, value in values.items()}


def any_unknown(struct: struct_pb2.Struct, values: dict[str, Any]) -> bool:
    """Return whether a value that is not known yet is in a struct, of which the values are given too."""
    # Mostly there is none, and to walk through everything takes long.
    return UNKNOWN.encode() in struct.SerializeToString() and has_unknown(values)


def has_unknown(value: Any) -> bool:
    """Return whether a value that is not known yet is in it."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return bool(value == UNKNOWN)


def leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield each value that holds no other, with its place below the given one."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*place, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from leaves(item, (*place, position))
    else:
        yield place, value


def _marked(value: Any, place: Place, places: Collection[Place], is_secret: Callable[[str], bool]) -> Any:
    if place in places or (isinstance(value, str) and is_secret(value)):
        return {_SIGNATURE: _SECRET, "value": value}
    if isinstance(value, dict):
        return {key: _marked(item, (*place, key), places, is_secret) for key, item in value.items()}
    if isinstance(value, list):
        return [_marked(item, (*place, position), places, is_secret) for position, item in enumerate(value)]
    return value


def _secrets(value: struct_pb2.Value, place: Place) -> Iterator[tuple[Place, Any]]:
    match value.WhichOneof("kind"):
        case "struct_value":
            fields = value.struct_value.fields
            if _is_secret(value.struct_value):
                yield place, _from_value(value)
                return
            for key, item in fields.items():
                yield from _secrets(item, (*place, key))
        case "list_value":
            for position, item in enumerate(value.list_value.values):
                yield from _secrets(item, (*place, position))


def _is_secret(struct: struct_pb2.Struct) -> bool:
    return _SIGNATURE in struct.fields and struct.fields[_SIGNATURE].string_value == _SECRET


def _from_value(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            inner = from_struct(value.struct_value)
            return inner.get("value") if _is_secret(value.struct_value) else inner
        case "list_value":
            return [_from_value(item) for item in value.list_value.values]
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case _:
            return None
