"""What no text may hold, wherever it stands in a declaration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError


def text_problems(inputs: Any, field: str = "") -> Iterator[DeclarationError]:
    """Return the texts of a declaration's inputs that hold a NUL: the server would be sent what stands before it."""
    if isinstance(inputs, str):
        if "\0" in inputs:
            what = "the text holds a NUL character, at which the server takes it to end."
            yield DeclarationError(what, field=field, remedy="Remove it.")
    elif isinstance(inputs, Mapping):
        for name, value in inputs.items():
            yield from text_problems(value, f"{field}.{name}" if field else name)
    elif isinstance(inputs, list | tuple):
        for place, value in enumerate(inputs):
            yield from text_problems(value, f"{field}[{place}]")
