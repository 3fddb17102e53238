"""Types of columns: what sort each is of, a value of it for each row, and what may be said of it in an expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from soak.world import Item, Kind, World


class Sort(Enum):
    """What expressions need to know of a type."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    JSON = "json"
    UUID = "uuid"
    ARRAY = "array"
    ENUM = "enum"
    COMPOSITE = "composite"
    RANGE = "range"
    OTHER = "other"


BASES: Mapping[str, Sort] = {
    "integer": Sort.NUMBER,
    "bigint": Sort.NUMBER,
    "numeric(12,2)": Sort.NUMBER,
    "numeric": Sort.NUMBER,
    "text": Sort.TEXT,
    "varchar(40)": Sort.TEXT,
    "boolean": Sort.BOOLEAN,
    "date": Sort.DATE,
    "timestamptz": Sort.TIME,
    "jsonb": Sort.JSON,
    "uuid": Sort.UUID,
}
"""The server's own types that columns have."""
CONVERSIONS: Mapping[str, tuple[str, ...]] = {
    "integer": ("bigint", "numeric(12,2)", "bigint", "text"),
    "bigint": ("integer", "numeric", "integer"),
    "numeric": ("bigint", "numeric(12,2)"),
    "numeric(12,2)": ("numeric",),
    "text": ("varchar(40)",),
    "varchar(40)": ("text",),
    "timestamptz": ("date",),
    "date": ("timestamptz",),
    "boolean": ("text",),
}
"""What each may become, and keeps its values. From `text` home again takes a cast that the server makes for nobody."""
DISTINCT = (Sort.NUMBER, Sort.TEXT, Sort.DATE, Sort.TIME, Sort.UUID)
"""Whose values are others in each row."""

_KINDS = {Kind.ENUM: Sort.ENUM, Kind.COMPOSITE: Sort.COMPOSITE, Kind.RANGE: Sort.RANGE}


def sort_of(world: World, type: str) -> Sort:
    """Return the sort of a type."""
    if type.endswith("[]"):
        return Sort.ARRAY
    if not type.startswith("{"):
        return BASES.get(type, Sort.OTHER)
    item = world[type[1:].partition("}")[0]]
    return sort_of(world, item.type) if item.kind is Kind.DOMAIN else _KINDS.get(item.kind, Sort.OTHER)


def type_of(world: World, field: Item) -> str:
    """Return the type of a column, of a table or a view."""
    return field.type or type_of(world, world[field.head.removeprefix("a.").removeprefix("b.").strip("{}")])


def sort_of_field(world: World, field: Item) -> Sort:
    """Return the sort of a column's type."""
    return sort_of(world, type_of(world, field))


_VALUES: Mapping[Sort, Callable[[int], str]] = {
    Sort.NUMBER: str,
    Sort.TEXT: lambda number: f"'v{number}'",
    Sort.BOOLEAN: lambda number: "true" if number % 2 else "false",
    Sort.DATE: lambda number: f"'2024-01-0{number}'",
    Sort.TIME: lambda number: f"'2024-01-0{number} 12:00+00'",
    Sort.JSON: lambda number: f"'[{number}]'",
    Sort.UUID: lambda number: f"'00000000-0000-0000-0000-00000000000{number}'",
    Sort.RANGE: lambda _: "'empty'",
}


def value(world: World, type: str, number: int) -> str:
    """Return the value that a column of a type has in a row."""
    if type.endswith("[]"):
        return f"array[{value(world, type[:-2], number)}]::{type}"
    sort = sort_of(world, type)
    if sort in _VALUES:
        return _VALUES[sort](number)
    if sort is Sort.OTHER:
        return "''"
    item = world[type.strip("{}")]
    while item.kind is Kind.DOMAIN:
        item = world[item.type.strip("{}")]
    if sort is Sort.ENUM:
        return item.parts[0]
    attributes = world.beneath(item.key, Kind.ATTRIBUTE)
    return f"row({', '.join(value(world, it.type, number) for it in attributes)})::{{{item.key}}}"
