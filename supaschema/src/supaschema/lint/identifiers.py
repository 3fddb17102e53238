"""What PostgreSQL admits as a name."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.core.errors import DeclarationError
from supaschema.core.sqltext import MAX_IDENTIFIER_BYTES


def name_problems(name: str, *, field: str) -> Iterator[DeclarationError]:
    """Return what is wrong with a name: empty, too long in bytes, or with a NUL."""
    size = len(name.encode())
    if not name:
        yield DeclarationError("the name is empty.", field=field, remedy="Give one.")
    if size > MAX_IDENTIFIER_BYTES:
        what = f'the name "{name}" has {size} bytes; PostgreSQL cuts names at {MAX_IDENTIFIER_BYTES}.'
        yield DeclarationError(what, field=field, remedy="Shorten it.")
    if "\0" in name:
        yield DeclarationError("the name holds a NUL character.", field=field, remedy="Remove it.")
