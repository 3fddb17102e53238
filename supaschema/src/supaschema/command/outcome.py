"""How a command ends, and how it speaks."""

from __future__ import annotations

import enum
import sys
from collections.abc import Iterable

from supaschema.core.printable import line, lines, write


class Exit(enum.IntEnum):
    """Exit codes."""

    DONE = 0
    """Done, or nothing was found."""
    FAILED = 1
    FINDINGS = 2
    """Something was found, or consent is wanting."""
    MISSING = 3
    """A precondition is missing."""
    STOPPED = 5
    """Of a deployment, which was run: a limit was passed. 4 is what `scripts/deploy.sh` makes of the validation."""


def say(*texts: str) -> None:
    """Write lines to standard output, each as one."""
    write("".join(f"{line(text)}\n" for text in texts))


def complain(message: str) -> None:
    """Write a message to standard error."""
    sys.stderr.write(f"supaschema: {lines(message)}\n")


def listed(title: str, items: Iterable[object]) -> list[str]:
    """Return a title and its items as lines; nothing where there is no item."""
    found = [f"  {item}" for item in items]
    return [title, *found] if found else []
