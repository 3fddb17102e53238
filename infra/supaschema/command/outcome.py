"""How a command ends, and how it speaks."""

from __future__ import annotations

import enum
import sys
from collections.abc import Iterable


class Exit(enum.IntEnum):
    """Exit codes."""

    DONE = 0
    """Done, or nothing was found."""
    FAILED = 1
    FINDINGS = 2
    """Something was found, or consent is wanting."""
    MISSING = 3
    """A precondition is missing."""


def say(*lines: str) -> None:
    """Write lines to standard output."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def complain(message: str) -> None:
    """Write a message to standard error."""
    sys.stderr.write(f"supaschema: {message}\n")


def listed(title: str, items: Iterable[object]) -> list[str]:
    """Give a title and its items as lines; nothing where there is no item."""
    lines = [f"  {item}" for item in items]
    return [title, *lines] if lines else []


def number(count: int, unit: str) -> str:
    """Give a number of things."""
    return f"{count} {unit}{'' if count == 1 else 's'}"
