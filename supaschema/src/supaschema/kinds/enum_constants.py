"""Which labels of an enum type a text of the server names: constants of the type, and of arrays of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from supaschema.core.sqltext import Name
from supaschema.core.type_names import qualified

_NAME = r'(?:\w+|"(?:[^"]|"")+")'
# A constant with the type that the server prints after it, or a quoted name, in which an apostrophe begins nothing. It
# doubles apostrophes and escapes nothing else (PostgreSQL source, simple_quote_literal).
_CONSTANT = re.compile(
    rf"""'(?P<value>(?:[^']|'')*)'(?:::(?P<type>{_NAME}\.{_NAME})(?P<array>\[\])?)?|"(?:[^"]|"")*\""""
)
_ELEMENT = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>(?:[^{},"\\]|\\.)+)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def labels_in(text: str, type: Name) -> frozenset[str]:
    """Return the labels of an enum type that a text names as constants of it, or in constants of arrays of it."""
    return frozenset(_labels(text, type))


def _labels(text: str, type: Name) -> Iterator[str]:
    for found in _CONSTANT.finditer(text):
        if found["type"] is None or qualified(found["type"]) != type:
            continue
        value = found["value"].replace("''", "'")
        if found["array"] is None:
            yield value
        else:
            yield from map(_element, _ELEMENT.finditer(value))


def _element(found: re.Match[str]) -> str:
    part = found["plain"].strip() if found["quoted"] is None else found["quoted"]
    return _ESCAPED.sub(r"\1", part)
