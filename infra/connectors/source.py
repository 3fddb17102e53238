"""Bodies of functions and queries of views: files under `sql/`, with the few blanks that a stack fills in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder; files are named relative to it."""

_BLANK = re.compile(r"\{\{(\w+)\}\}")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,62}")


class SourceError(Exception):
    """A file and the values for its blanks do not fit."""


def read_sql(file: str, values: Mapping[str, str] | None = None) -> str:
    """Return the text of a file with its `{{blanks}}` filled in.

    Args:
        file: The file, relative to the project's folder.
        values: SQL for each blank, quoted already (see `quote_name`, `quote_literal`).

    Raise:
        SourceError: A blank has no value, or a value has no blank.

    """
    text = (ROOT / file).read_text(encoding="utf-8").strip() + "\n"
    given = values or {}
    blanks = set(_BLANK.findall(text))
    if blanks != set(given):
        odd = ", ".join(sorted(blanks.symmetric_difference(given)))
        raise SourceError(f"{file}: blanks and values differ in {odd}.")
    return _BLANK.sub(lambda match: given[match.group(1)], text)


def is_plain_name(name: str) -> bool:
    """Say whether a name needs no thought: letters, digits, underscores, at most 63 of them."""
    return _PLAIN_NAME.fullmatch(name) is not None


def quote_name(name: str) -> str:
    """Quote a name of one or two parts, `users` or `public.users`, as SQL."""
    parts = name.split(".")
    if len(parts) > 2 or not all(is_plain_name(part) for part in parts):
        raise SourceError(f'"{name}" is no plain SQL name.')
    return ".".join(f'"{part}"' for part in parts)


def quote_literal(value: str) -> str:
    """Quote a text as an SQL literal."""
    if "\\" in value or "\0" in value:
        raise SourceError(f"the text {value!r} holds a backslash or NUL; no setting needs one.")
    return "'" + value.replace("'", "''") + "'"
