"""A statement that changes a database."""

from __future__ import annotations

from typing import LiteralString, NamedTuple


class Change(NamedTuple):
    """A statement, a word of what it changes that must be told, and the first major version that has it."""

    sql: LiteralString
    told: str
    since: int = 15
