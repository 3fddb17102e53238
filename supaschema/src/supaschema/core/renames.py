"""Renames as values, and what a rename does to the texts that name what has another name now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from supaschema.core.model import Definition, ObjectId

D = TypeVar("D", bound=Definition)

_NAMES = ("columns", "referenced_columns", "include", "update_of")
"""Fields of definitions that hold names of columns."""
_TEXTS = ("generated", "expression", "using", "check", "where", "when", "text")
"""Fields that hold SQL, in which a column or its table may be named."""

# Strings, quoted names, bodies and comments as wholes, so that no word within them is taken for a name.
_PART = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ | --[^\n]* | /\*.*?\*/
      | (?<![\w$])[^\W\d][\w$]*(?!\s*\()""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Rename:
    """An object that has another name now; of objects beneath one that is renamed too, as that is called then.

    Attributes:
        old: What it was called.
        new: What it is called.
        is_spoken: Whether texts name it: those of a column, not those of a constraint.

    """

    old: ObjectId
    new: ObjectId
    is_spoken: bool = True

    @property
    def reversed(self) -> Rename:
        """The way back."""
        return Rename(self.new, self.old, self.is_spoken)


def with_names(definition: D, names: Mapping[str, str], relations: Mapping[str, str]) -> D:
    """Return a definition in whose texts and lists of columns some names are others.

    Args:
        definition: Of an object of the table that they belong to.
        names: By the name that a column or the table had: the one that it has now.
        relations: The same of tables, as `schema.name`.

    """
    before = msgspec.to_builtins(definition)
    after = {key: _mapped(key, value, names, relations) for key, value in before.items()}
    return definition if after == before else msgspec.convert(after, type(definition))


def _mapped(key: str, value: Any, names: Mapping[str, str], relations: Mapping[str, str]) -> Any:
    match value:
        case str() if key in _TEXTS:
            return _text(value, names)
        case str() if key == "references":
            return relations.get(value, value)
        case list() | tuple() if key in _NAMES:
            return [names.get(item, item) if isinstance(item, str) else item for item in value]
        case list() | tuple():
            return [_mapped(key, item, names, relations) for item in value]
        case dict():
            return {name: _mapped(name, item, names, relations) for name, item in value.items()}
        case _:
            return value


def _text(text: str, names: Mapping[str, str]) -> str:
    def one(part: re.Match[str]) -> str:
        word = part[0]
        name = names.get(word[1:-1].replace('""', '"') if word.startswith('"') else word.lower())
        return word if name is None else _spelled(name)

    return _PART.sub(one, text)


def _spelled(name: str) -> str:
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else '"{}"'.format(name.replace('"', '""'))
