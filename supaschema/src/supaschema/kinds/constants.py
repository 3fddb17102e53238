"""The constants of a type that a text of the server names, of arrays of it too; and how they change with the type."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Constants:
    """What becomes of a type's constants.

    Attributes:
        renamed: By the later name, the former one.
        gone: Those that are no constants any more.

    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()

    @property
    def any(self) -> bool:
        """Whether any is another one."""
        return bool(self.renamed or self.gone)


def constants_in(text: str, type: Name) -> frozenset[str]:
    """Return what a text of the server names as constants of a type, or in constants of arrays of it."""
    return frozenset(_constants(text, type))


def with_former(text: str, former: Mapping[str, str]) -> str | None:
    """Return a declared text with the former names of constants; None: it says no later name, or says a former one."""
    said = {found["value"] for found in _CONSTANT.finditer(text) if found["value"] is not None}
    if said.isdisjoint(map(_quoted, former)) or not said.isdisjoint(map(_quoted, former.values())):
        return None
    names = {_quoted(later): _quoted(before) for later, before in former.items()}

    def renamed(found: re.Match[str]) -> str:
        value = found["value"]
        if value not in names:
            return found[0]
        return found[0].replace(f"'{value}'", f"'{names[value]}'", 1)

    return _CONSTANT.sub(renamed, text)


def says_only(text: str, types: Mapping[Name, Collection[str]]) -> bool:
    """Return whether a text of the server says some names only as constants of the types that have them."""
    named = {_quoted(name): type for type, names in types.items() for name in names}
    return all(
        found["type"] is not None and found["array"] is None and qualified(found["type"]) == named[found["value"]]
        for found in _CONSTANT.finditer(text)
        if found["value"] in named
    )


def _quoted(value: str) -> str:
    return value.replace("'", "''")


def _constants(text: str, type: Name) -> Iterator[str]:
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
