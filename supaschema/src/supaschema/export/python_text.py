"""Values as Python, laid out as `ruff format` lays them out, so that it changes nothing there. Pure."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec

from supaschema.declarations import Declaration

WIDTH = 88
"""Of a line, by default."""
_INDENT = 4
_DOUBLE = ("W", "F")
"""What takes two columns, of Unicode's east asian widths."""
_NAMING = ("name", "table", "schema")
"""Fields that say what a declaration is of: they come first."""


def text_of(value: Any, indent: int = 0, before: int = 0, after: int = 1) -> str:
    """Return a value as Python, over several lines where one is too long for it.

    Args:
        value: A declaration, an enum's member, a tuple, a dictionary, a text, a number, a truth value, or None.
        indent: By how much its first line is indented.
        before: How wide what stands before it in that line is.
        after: How wide what stands behind it is, such as a comma.

    """
    whole = _in_one_line(value) if indent + before + after < WIDTH else None
    if whole is not None and indent + before + _width(whole) + after <= WIDTH:
        return whole
    match value:
        case Declaration():
            parts = [f"{key}={text_of(it, indent + _INDENT, len(key) + 1)}" for key, it in said(value)]
            return _over_lines(f"{type(value).__name__}(", parts, ")", indent)
        case tuple() | list():
            return _over_lines("(", [text_of(it, indent + _INDENT) for it in value], ")", indent)
        case dict():
            keys = {key: string(key) for key in value}
            parts = [
                f"{keys[key]}: {text_of(it, indent + _INDENT, _width(keys[key]) + 2)}" for key, it in value.items()
            ]
            return _over_lines("{", parts, "}", indent)
        case str():
            return string(value)
        case _:
            return str(_in_one_line(value))


def said(declared: Declaration) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a declaration that are not as they are by default, each with its value."""
    for name, usual in _fields(type(declared)):
        value = getattr(declared, name)
        if value != usual:
            yield name, value


@cache
def _fields(of: type[Declaration]) -> tuple[tuple[str, Any], ...]:
    """Return the fields of a class in the order in which they are written, each with its default."""
    fields = sorted(msgspec.structs.fields(of), key=lambda it: it.name not in _NAMING)
    return tuple(
        (it.name, it.default if it.default_factory is msgspec.NODEFAULT else it.default_factory()) for it in fields
    )


def classes_in(value: Any) -> set[str]:
    """Return the names of the classes that a value's text names."""
    match value:
        case Declaration():
            return {type(value).__name__}.union(*(classes_in(it) for _, it in said(value)))
        case enum.Enum():
            return {type(value).__name__}
        case tuple() | list():
            return set[str]().union(*map(classes_in, value))
        case dict():
            return set[str]().union(*map(classes_in, value.values()))
        case _:
            return set()


def _in_one_line(value: Any) -> str | None:
    """Return a value's text without a line end; None: it has one."""
    match value:
        case Declaration():
            fields = [(key, _in_one_line(it)) for key, it in said(value)]
            inner = None if any(it is None for _, it in fields) else ", ".join(f"{key}={it}" for key, it in fields)
            return None if inner is None else f"{type(value).__name__}({inner})"
        case enum.Enum():
            return f"{type(value).__name__}.{value.name}"
        case tuple() | list():
            items = [_in_one_line(it) for it in value]
            texts = [it for it in items if it is not None]
            return None if len(texts) < len(items) else f"({', '.join(texts)}{',' if len(items) == 1 else ''})"
        case dict():
            pairs = [(string(key), _in_one_line(it)) for key, it in value.items()]
            inner = None if any(it is None for _, it in pairs) else ", ".join(f"{key}: {it}" for key, it in pairs)
            return None if inner is None else f"{{{inner}}}"
        case str():
            return None if _has_lines(value) else string(value)
        case _:
            return repr(value)


def _over_lines(opening: str, parts: Iterable[str], closing: str, indent: int) -> str:
    blank = " " * (indent + _INDENT)
    return "".join([f"{opening}\n", *(f"{blank}{part},\n" for part in parts), f"{' ' * indent}{closing}"])


def string(text: str) -> str:
    """Return a text as a literal: of several lines as it is, else with the quotes that need the fewest escapes."""
    if _has_lines(text):
        return _with_lines(text)
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    quote = "'" if text.count('"') > text.count("'") else '"'
    return f"{quote}{''.join(_escaped(it, quote) for it in text)}{quote}"


def _has_lines(text: str) -> bool:
    return "\n" in text and text.strip() != ""


def _with_lines(text: str) -> str:
    plain = all(it in "\n\t" or it.isprintable() for it in text)
    if plain and "\\" in text and '"""' not in text and text[-1] not in '"\\':
        return f'r"""{text}"""'
    # A quote at the end would be one of those that end it.
    inner, end = (text[:-1], '\\"') if text.endswith('"') else (text, "")
    body = "".join(it if it in "\n\t" else _escaped(it, "") for it in inner).replace('"""', '\\"\\"\\"')
    return f'"""{body}{end}"""'


def _escaped(character: str, quote: str) -> str:
    if character in ("\\", quote):
        return f"\\{character}"
    return character if character.isprintable() else repr(character)[1:-1]


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(2 if unicodedata.east_asian_width(it) in _DOUBLE else 1 for it in text)
