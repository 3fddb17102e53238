"""What differs in an object, as lines that begin with a sign: what is now, and what is to be."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from supaschema.core.plan_record import Difference
from supaschema.core.printable import line
from supaschema.review.objects import HINTS, dotted

_AROUND = 3
"""Lines of a text that are shown around one that changes."""


def lines_of(item: Difference) -> Iterator[str]:
    """Yield what differs: the object, then its properties."""
    # One line, whatever the name holds: another would be read as a property of what it is to be.
    name = line(f"{item.object.kind.replace('_', ' ')} {dotted(item.object)}")
    old, new = item.old, item.new
    if old is None or new is None:
        sign, only = ("+", new) if old is None else ("-", old)
        yield f"{sign} {name}"
        for key, value in (only or {}).items():
            yield from (f"{sign}   {text}" for text in _lines(key, value))
        return
    yield f"  {name}"
    for key in differing(old, new):
        yield from (
            f"{text[0]}   {text[1:]}"
            for text in lines_of_property(_lines(key, old.get(key)), _lines(key, new.get(key)))
        )


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield the properties that differ; not how the server writes an object, where no declaration says it."""
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key) and not (key in HINTS and new and new.get(key) is None):
            yield key


def lines_of_property(old: list[str], new: list[str]) -> Iterator[str]:
    """Yield the lines of a text that differ, each after its sign, and those around them."""
    heads = 2
    for place, text in enumerate(difflib.unified_diff(old, new, n=_AROUND, lineterm="")):
        if text.startswith("@@"):
            if place > heads:
                yield "   …"
        elif place >= heads:
            yield text


def value_lines(value: Any) -> list[str]:
    """Return a value in lines; none where it says nothing."""
    if value in (None, "", [], {}):
        return []
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return [_inline(each) for each in value]
    return _text(value).split("\n")


def _lines(key: str, value: Any) -> list[str]:
    told = value_lines(value)
    if isinstance(value, list) and told and isinstance(value[0], dict):
        return [f"{key}:", *(f"  {each}" for each in told)]
    return [f"{key}: {told[0]}", *(f"  {each}" for each in told[1:])] if told else []


def _inline(value: dict[str, Any]) -> str:
    """Return the parts of a value in one line: `grantee: authenticated, privileges: SELECT`."""
    told = {key: " ".join(map(_text, each)) if isinstance(each, list) else _text(each) for key, each in value.items()}
    # A role may have a name of several lines.
    return line(", ".join(f"{key}: {text}" for key, text in told.items()))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
