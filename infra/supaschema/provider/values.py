"""Property values: protobuf structs on the wire, JSON values inside."""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine sends at preview for a value that is not known yet (Pulumi: `UnknownStringValue`)."""


_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker, the same for everybody
"""How the engine marks a secret among a provider's settings: a struct with this signature and the value."""


def from_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Read a struct; whole numbers become integers, for sizes must stay exact, and secrets their plain values."""
    return {key: _from_value(value) for key, value in struct.fields.items()}


def to_struct(values: dict[str, Any]) -> struct_pb2.Struct:
    """Write a struct."""
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


def has_unknown(value: Any) -> bool:
    """Tell whether a value that is not known yet is in it."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return bool(value == UNKNOWN)


def _from_value(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            inner = from_struct(value.struct_value)
            return inner.get("value") if inner.get(_SIGNATURE) == _SECRET else inner
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
