"""How a command ends, and how it speaks."""

from __future__ import annotations

import enum
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from supaschema.core.errors import SupaschemaError
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


def require_place(output: Path | None, what: str) -> None:
    """Raise where a file cannot be written, before all the work: what cannot be written is lost.

    Raises:
        SupaschemaError: There is no such folder, or the file may not be written.

    """
    if output is None:
        return
    folder = output.parent
    if not folder.is_dir():
        raise SupaschemaError(f"there is no folder {folder} to write {what} to.", remedy="Make it, or name another.")
    if output.is_dir() or not os.access(output if output.exists() else folder, os.W_OK):
        raise SupaschemaError(f"{what} cannot be written to {output}.", remedy="Name a file that may be written.")


def write_file(output: Path, text: str, what: str) -> None:
    """Write a file; raises as `write_new_file` does."""
    _write(output, text, what, "w")


def write_new_file(output: Path, text: str, what: str) -> None:
    """Write a file that was not there.

    Raises:
        SupaschemaError: It cannot be written, or is there by now.

    """
    _write(output, text, what, "x")


def _write(output: Path, text: str, what: str, mode: str) -> None:
    try:
        with output.open(mode, encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        why = f"{what} cannot be written to {output}: {error.strerror}."
        raise SupaschemaError(why, remedy="Name a file that may be written.") from None
