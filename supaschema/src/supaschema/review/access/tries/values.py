"""The values of planted rows: one of each type for each tenant, so that what names another thing names theirs; pure.

A row's key, what it refers to, the tenant's number and the token's subject are all the same value: a policy that looks
up the member of a token, that member's organization and the rows of it finds them, by whatever path it goes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

_LITERAL = re.compile(r"'((?:[^']|'')*)'::(?:text|character varying|bpchar)")
_NUMBERS = {"bigint": 1_910_000_001, "integer": 1_910_000_001, "smallint": 31_001}
_TEXTS = ("text", "character varying", "character", "name", "citext", "extensions.citext", "public.citext")
_TIMES = ("timestamp", "date", "time")


class Tenant(Enum):
    """Whose a row or a session is."""

    A = 0
    B = 1

    @property
    def id(self) -> str:
        """Its value as a uuid, or as a text."""
        return f"{self.name.lower() * 8}-0000-4000-8000-{self.name.lower() * 12}"

    @property
    def marks(self) -> tuple[str, ...]:
        """Texts by which a row is known as theirs."""
        return (self.id, str(_NUMBERS["bigint"] + self.value))


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may be filled.

    Attributes:
        name: Its name.
        type: As the server writes it, to cast a value to.
        base: The type by which a value is chosen: of a domain the one beneath, of an array its element's.
        is_array: Whether it takes an array.
        length: The most characters; None: any number.
        required: Whether it has no value by itself and must have one.
        settled: Whether it has a value by itself that says nothing of whose the row is: a default that draws no number.
        fixed: Whether the server alone gives it a value, so that no update may.
        choices: The values that it takes alone, where a type or a check says so; the first is taken.

    """

    name: str
    type: str
    base: str
    is_array: bool = False
    length: int | None = None
    required: bool = False
    settled: bool = False
    fixed: bool = False
    choices: tuple[str, ...] = ()


class Filling(Enum):
    """How much of a row is filled, tried in this order."""

    ALL = "all"
    LINKS = "links"
    """What must have a value, and what may refer to something."""
    SMALL = "small"
    """The same with small numbers, for what is held to a range."""


def row(columns: Sequence[Column], tenant: Tenant, filling: Filling) -> Mapping[str, str]:
    """Return the values of a tenant's row, as texts."""
    found = {}
    for column in columns:
        if column.settled and column.base != "uuid":
            continue
        links = column.base == "uuid" or column.choices or column.base in _NUMBERS or column.base in _TEXTS
        if filling is Filling.ALL or column.required or (links and column.base not in _TEXTS):
            value = _value(column, tenant, is_small=filling is Filling.SMALL)
            if value is not None:
                found[column.name] = f"{{{json.dumps(value)}}}" if column.is_array else value
    return found


def named(definition: str) -> tuple[str, ...]:
    """Return the texts that a check of one column names: most say which values it takes."""
    return tuple(dict.fromkeys(text.replace("''", "'") for text in _LITERAL.findall(definition)))


def _value(column: Column, tenant: Tenant, *, is_small: bool) -> str | None:
    base = column.base
    if column.choices:
        return column.choices[0]
    if base in _TEXTS:
        return tenant.id[: column.length]
    if base in _NUMBERS:
        return str(1 + tenant.value if is_small else _NUMBERS[base] + tenant.value)
    if base.startswith(_TIMES):
        return "now"
    return _OTHERS.get(base, "").format(id=tenant.id, number=1 + tenant.value) or None


_OTHERS = {
    "uuid": "{id}",
    "boolean": "true",
    "numeric": "{number}",
    "real": "{number}",
    "double precision": "{number}",
    "interval": "{number} day",
    "json": '{{"sub": "{id}", "org_id": "{id}"}}',
    "jsonb": '{{"sub": "{id}", "org_id": "{id}"}}',
    "bytea": "{id}",
    "inet": "127.0.0.{number}",
}
