"""What of a table can be published, as far as that is told without a database."""

from __future__ import annotations

import re
from collections.abc import Iterator

from supaschema.core.errors import DeclarationError
from supaschema.lint.identifiers import name_problems

_OF_OTHERS = re.compile(
    r"(?:([\w$]+|\"(?:[^\"]|\"\")+\")\s*\.\s*(?:[\w$]+|\"(?:[^\"]|\"\")+\")\s*\(|\boperator\s*\()", re.IGNORECASE
)
_TEXT = re.compile(r"'(?:[^']|'')*'")


def published_problems(columns: tuple[str, ...] | None, where: str | None, *, field: str) -> Iterator[DeclarationError]:
    """Yield what the server refuses of a list of columns, and of a condition.

    Args:
        columns: The columns that are published; None: all.
        where: The condition.
        field: What the two stand in, with a dot behind it; empty: nothing.

    """
    if columns is not None and not columns:
        what = "a table is published without any column."
        yield DeclarationError(what, field=f"{field}columns", remedy="Name some, or leave it out for all.")
    for name in dict.fromkeys(columns or ()):
        yield from name_problems(name, field=f"{field}columns")
    if len(set(columns or ())) != len(columns or ()):
        yield DeclarationError("a column is named twice.", field=f"{field}columns", remedy="Remove one.")
    for call in _OF_OTHERS.finditer(_TEXT.sub("''", where or "")):
        if (call[1] or "").strip('"').lower() != "pg_catalog":
            yield DeclarationError(
                "a condition of rows that are published calls what is not the server's own.",
                field=f"{field}where",
                remedy="The server admits its own immutable functions and operators there, and nothing else.",
            )
            return
