"""What is told of a stack, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

Value = str | int | float | bool | None
"""What a cell holds; a date is its ISO text."""


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one query of `sql/status/`.

    Attributes:
        name: What JSON calls it: the file's name without its number.
        title: What people call it.
        explanation: What it shows.
        rows: Its rows, each by column.
        untold: Why there are none; None: they were told.

    """

    name: str
    title: str
    explanation: str
    rows: tuple[Mapping[str, Value], ...] = ()
    untold: str | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """One deployment as Pulumi's history has it."""

    at: datetime
    result: str
    commit: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check of the stack ended the last time that it was made on this machine."""

    at: datetime
    code: int

    @property
    def word(self) -> str:
        """What the exit code means, the same for each check."""
        return {0: "clean", 2: "findings"}.get(self.code, "could not tell")


@dataclass(frozen=True, slots=True)
class Status:
    """All that is told."""

    stack: str
    at: datetime
    role: str
    sections: tuple[Section, ...]
    updates: tuple[Update, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    page: str | None = None
    """Where the page for admins is published, as the stack's configuration says."""
    let_off: tuple[str, ...] = ()
    """Rules that are no errors in the stack, a sentence each, as its configuration says."""

    def rows(self, section: str) -> tuple[Mapping[str, Value], ...]:
        """Return the rows of one section."""
        return next((found.rows for found in self.sections if found.name == section), ())
