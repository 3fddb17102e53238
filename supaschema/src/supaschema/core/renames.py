"""Renames as values, and what a rename does to the texts that name what has another name now."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import msgspec

from supaschema.core.model import Definition, ObjectId
from supaschema.core.quoted import in_quotes
from supaschema.core.sqltext import unquoted

D = TypeVar("D", bound=Definition)

_NAMES = ("columns", "referenced_columns", "include", "update_of")
"""Fields of definitions that hold names of columns."""
_TEXTS = ("generated", "expression", "using", "check", "where", "when", "text")
"""Fields that hold SQL, in which a column or its table may be named."""
_QUALIFYING = (*_TEXTS, "default", "query", "columns", "type", "returns", "signature", "stype", "mstype")
"""Fields that hold SQL, in which relations and routines may be named with their schemas."""
_OF_AGGREGATES = ("sfunc", "finalfunc", "combinefunc", "serialfunc", "deserialfunc", "msfunc", "minvfunc", "mfinalfunc")
_WHOLE = ("references", "function", "support", "partition_of", "inherits", *_OF_AGGREGATES)
"""Fields that hold the name of a relation or routine, as `schema.name`."""
_PARTS = {"collation": "collation", "multirange": "range_type", "subtype_diff": "function", "canonical": "function"}
"""Fields that hold the parts of a name, of one that is the server's own without a schema; each with the kind."""

_NAME = r'(?:"(?:[^"]|"")*"|[^\W\d][\w$]*)'
# Strings, quoted names, types of casts, bodies and comments as wholes, so that no word within them is taken for a name.
_PART = re.compile(
    rf"""'(?:[^']|'')*' | ::\s*(?:{_NAME}\s*\.\s*)?{_NAME} | "(?:[^"]|"")*"
      | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ | --[^\n]* | /\*.*?\*/ | (?<![\w$])[^\W\d][\w$]*(?!\s*\()""",
    re.VERBOSE | re.DOTALL,
)
_QUALIFIED = re.compile(
    rf"""'(?:[^']|'')*' | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ | --[^\n]* | /\*.*?\*/
      | (?<![\w$"])(?P<first>{_NAME})(?P<dot>\s*\.\s*)(?P<second>{_NAME})""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Rename:
    """An object that has another name now; of objects beneath one that is renamed too, as that is called then.

    Attributes:
        old: What it was called.
        new: What it is called.
        is_spoken: Whether texts name it: those of a column, not those of a constraint.
        is_ours: Whether the plan is to do it; else another one of the same run does it before.
        is_back: Whether no declaration speaks of it: the object is declared by a name that the ledger knows it had.
        untold: The resource that has it, if that is another one of which the run has not told: the program may have it.
        via: What it is called in between, where its name and its schema change and the usual order has no room for it.
        hidden: Which of its two names a part of it has too: by itself, the word means that.

    """

    old: ObjectId
    new: ObjectId
    is_spoken: bool = True
    is_ours: bool = True
    is_back: bool = False
    untold: str | None = None
    via: ObjectId | None = None
    hidden: frozenset[str] = frozenset()

    @property
    def steps(self) -> tuple[tuple[ObjectId, ObjectId], ...]:
        """What it is called before and after each of its statements."""
        return ((self.old, self.new),) if self.via is None else ((self.old, self.via), (self.via, self.new))

    @property
    def reversed(self) -> Rename:
        """The way back."""
        return dataclasses.replace(self, old=self.new, new=self.old, via=None)


def with_names(definition: D, names: Mapping[str, str], relations: Mapping[str, str], *, is_hidden: bool = False) -> D:
    """Return a definition in whose texts and lists of columns some names are others.

    Args:
        definition: Of an object of the table that they belong to.
        names: By the name that a column or the table had: the one that it has now.
        relations: The same of tables, as `schema.name`.
        is_hidden: Whether a column of the table has the table's name too, and is what a word by itself means.

    """
    before = msgspec.to_builtins(definition)
    lists = {} if is_hidden else names
    words = partial(renamed_words, names=names, is_hidden=is_hidden)
    after = {key: _mapped(key, value, lists, relations, words) for key, value in before.items()}
    return definition if after == before else msgspec.convert(after, type(definition))


def _mapped(
    key: str, value: Any, names: Mapping[str, str], relations: Mapping[str, str], words: Callable[[str], str]
) -> Any:
    match value:
        case str() if key in _TEXTS:
            return words(value)
        case str() if key == "references":
            return relations.get(value, value)
        case list() | tuple() if key in _NAMES:
            return [names.get(item, item) if isinstance(item, str) else item for item in value]
        case list() | tuple():
            return [_mapped(key, item, names, relations, words) for item in value]
        case dict():
            return {name: _mapped(name, item, names, relations, words) for name, item in value.items()}
        case _:
            return value


def with_words(definition: D, names: Mapping[str, str]) -> D:
    """Return a definition in whose texts and query some words are others, whatever they name.

    Args:
        definition: Of whatever object.
        names: By the word: the one in its place.

    """
    before = msgspec.to_builtins(definition)
    after = {
        key: renamed_words(value, names) if key in (*_TEXTS, "query") and isinstance(value, str) else value
        for key, value in before.items()
    }
    return definition if after == before else msgspec.convert(after, type(definition))


def with_qualified(definition: D, old: Sequence[str], new: Sequence[str], kind: str = "") -> D:
    """Return a definition that names a relation, a routine or a schema as it is called now.

    Args:
        definition: Of whatever object.
        old: Schema and name that it had; of a schema itself its name.
        new: The same as they are now.
        kind: What it is, for fields that name none but one kind.

    """
    before = msgspec.to_builtins(definition)
    after = _requalified("", before, tuple(old), tuple(new), kind)
    return definition if after == before else msgspec.convert(after, type(definition))


def _requalified(key: str, value: Any, old: tuple[str, ...], new: tuple[str, ...], kind: str) -> Any:
    match value:
        case str() if key in _WHOLE:
            names = tuple(value.split(".", 1))
            return ".".join((*new, *names[len(old) :])) if names[: len(old)] == old else value
        case str() if key in _QUALIFYING:
            return requalified(value, old, new)
        case [_, _] if key in _PARTS:
            is_named = tuple(value[: len(old)]) == old and (len(old) == 1 or _PARTS[key] == kind)
            return [*new, *value[len(old) :]] if is_named else value
        case list() | tuple():
            return [_requalified(key, item, old, new, kind) for item in value]
        case dict():
            return {name: _requalified(name, item, old, new, kind) for name, item in value.items()}
        case _:
            return value


def requalified(text: str, old: Sequence[str], new: Sequence[str]) -> str:
    """Return SQL that names a relation, a routine or a schema as it is called now."""
    before, after = tuple(old), tuple(new)
    is_named = before[-1].replace('"', '""') in text
    return _QUALIFIED.sub(lambda part: _pair(part, before, after), text) if is_named else text


def _pair(part: re.Match[str], old: tuple[str, ...], new: tuple[str, ...]) -> str:
    if part["first"] is None:
        return part[0]
    names = (unquoted(part["first"]), unquoted(part["second"]))
    if names[: len(old)] != old:
        return part[0]
    second = part["second"] if len(new) == 1 else _as(part["second"], new[1])
    return f"{_as(part['first'], new[0])}{part['dot']}{second}"


def _as(word: str, name: str) -> str:
    # What was quoted stays so: the name may be a word of the language.
    if unquoted(word) == name:
        return word
    return in_quotes(name) if word.startswith('"') else spelled(name)


def renamed_words(text: str, names: Mapping[str, str], *, is_hidden: bool = False) -> str:
    """Return SQL in which some names, by what they were, are others; hidden ones only where a point follows."""

    def one(part: re.Match[str]) -> str:
        word = part[0]
        name = names.get(unquoted(word))
        if name is None or (is_hidden and not text[part.end() :].lstrip().startswith(".")):
            return word
        return _as(word, name)

    return _PART.sub(one, text)


def spelled(name: str) -> str:
    """Return a name as the server writes it in a text."""
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else '"{}"'.format(name.replace('"', '""'))
