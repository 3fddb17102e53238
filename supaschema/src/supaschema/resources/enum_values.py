"""The values that a property takes which has a list of them, for the message that refuses another one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import inspect

_REFUSED = re.compile(r"(?P<what>Invalid enum value [^`]*?) - at `(?P<place>[^`]*)`")
_STEP = re.compile(r"\.(?P<field>\w+)|\[[^\]]*\]")


def with_values(error: msgspec.ValidationError, declaration: type) -> msgspec.ValidationError:
    """Return what is wrong with inputs, with the values that may stand at the place of one that may not."""
    found = _REFUSED.fullmatch(str(error))
    values = _values(declaration, found["place"]) if found else ()
    if found is None or not values:
        return error
    return msgspec.ValidationError(f"{found['what']}: it is one of {', '.join(values)} - at `{found['place']}`")


def _values(declaration: type, place: str) -> tuple[str, ...]:
    types = [inspect.type_info(declaration)]
    for step in _STEP.finditer(place):
        types = [inner for one in types for inner in _alternatives(one) for inner in _within(inner, step["field"])]
    choices = (one for given in types for one in _alternatives(given) if isinstance(one, inspect.EnumType))
    return tuple(str(item.value) for choice in choices for item in choice.cls)


def _within(given: inspect.Type, field: str | None) -> Iterator[inspect.Type]:
    match given:
        case inspect.StructType() if field is not None:
            yield from (item.type for item in given.fields if item.encode_name == field)
        case inspect.ListType() | inspect.VarTupleType() if field is None:
            yield given.item_type
        case inspect.DictType() if field is None:
            yield given.value_type
        case _:
            return


def _alternatives(given: inspect.Type) -> tuple[inspect.Type, ...]:
    return given.types if isinstance(given, inspect.UnionType) else (given,)
