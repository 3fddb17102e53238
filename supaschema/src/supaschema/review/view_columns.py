"""Which columns of a view change: those that are new, those that go, those that get another type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from supaschema.core.type_names import split_list
from supaschema.review.phrases import Code, Phrase

VIEWS = ("view", "materialized_view")
_COLUMN = re.compile(r'((?:"(?:[^"]|"")*")|\S+)\s+(.*)', re.DOTALL)


def column_changes(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> tuple[Phrase, ...]:
    """Return what becomes of the columns that differ in two definitions of a view; none where that is not known."""
    before, after = _columns(old), _columns(new)
    if not before or not after:
        return ()
    found = tuple(_changes(before, after))
    return found or ((("their order",),) if list(before) != list(after) else ())


def _columns(definition: Mapping[str, Any] | None) -> dict[str, str]:
    text = (definition or {}).get("columns")
    parts = (_COLUMN.fullmatch(item) for item in split_list(text)) if isinstance(text, str) else ()
    return {part[1]: part[2] for part in parts if part}


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Phrase]:
    for name, type in after.items():
        if name not in before:
            yield (Code(name), " is new")
        elif before[name] != type:
            yield (Code(name), " from ", Code(before[name]), " to ", Code(type))
    yield from ((Code(name), " goes") for name in before if name not in after)
