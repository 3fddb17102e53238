"""Type names as the server prints them, as far as that can be told without asking it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from supaschema.core.sqltext import Name, unquoted

# A quoted identifier, a word or number, or one other character.
_TOKEN = re.compile(r'"(?:[^"]|"")*"|[\w$]+|\S')
_ARRAY = re.compile(r"(?:\s+array)?(?:\s*\[\s*\d*\s*\])*$", re.IGNORECASE)
_NAME = r'"(?:[^"]|"")+"|[^\W\d][\w$]*'
_QUALIFIED = re.compile(
    rf"(?:setof\s+)?(?P<schema>{_NAME})\s*\.\s*(?P<name>{_NAME})\s*(?:\([^()]*\))?(?:\s+array)?(?:\s*\[\s*\d*\s*\])*",
    re.IGNORECASE,
)
_MODE = re.compile(r"^(?:in|inout|out|variadic)\s+(?=\S)", re.IGNORECASE)
_OUT = re.compile(r"\s*out\s", re.IGNORECASE)

# What format_type prints for the names that people write (PostgreSQL documentation, "Data Types").
_CANONICAL = {
    "int": "integer",
    "int4": "integer",
    "int2": "smallint",
    "int8": "bigint",
    "bool": "boolean",
    "float": "double precision",
    "float4": "real",
    "float8": "double precision",
    "dec": "numeric",
    "decimal": "numeric",
    "char": "character",
    "nchar": "character",
    "national char": "character",
    "national character": "character",
    "varchar": "character varying",
    "char varying": "character varying",
    "nchar varying": "character varying",
    "national char varying": "character varying",
    "national character varying": "character varying",
    "varbit": "bit varying",
    "time": "time without time zone",
    "timetz": "time with time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
}
# A length that the server fills in where none is given.
_IMPLIED = {
    "char": "1",
    "character": "1",
    "nchar": "1",
    "national char": "1",
    "national character": "1",
    "bit": "1",
}
_SINGLE_PRECISION = 24
# A program of thousands of columns has a few dozen types.
_KEPT = 1024


@functools.lru_cache(maxsize=_KEPT)
def canonical_type(text: str) -> str:
    """Return a type as a column of it is printed: `varchar(50)[]` is `character varying(50)[]`.

    A name that is no alias stays as it is, quotes included, but for letter case and spaces.
    """
    base, modifier, array = _parts(text)
    if base == "float" and modifier.isdigit():
        base, modifier = ("real" if int(modifier) <= _SINGLE_PRECISION else "double precision"), ""
    if base in ("dec", "decimal", "numeric") and modifier.isdigit():
        modifier += ",0"
    return _print(_CANONICAL.get(base, base), modifier or _IMPLIED.get(base, "")) + array


@functools.lru_cache(maxsize=_KEPT)
def argument_type(text: str) -> str:
    """Return a type as a function's argument of it is printed: without a length, which arguments do not keep.

    `variadic`, `inout`, `out` and `in`, which may stand before the type, are no part of it.
    """
    base, modifier, array = _parts(_MODE.sub("", text.strip()))
    if base == "float" and modifier.isdigit():
        base = "real" if int(modifier) <= _SINGLE_PRECISION else base
    if base.startswith("interval "):
        base = "interval"
    if base == "bpchar":
        base = "character"
    return _CANONICAL.get(base, base) + array


def is_given(text: str) -> bool:
    """Return whether an argument of this type is given by the caller: one of mode OUT is part of the result."""
    return _OUT.match(text) is None


def canonical_result(text: str) -> str:
    """Return a function's `returns` clause as the server prints it."""
    words = " ".join(text.split())
    if match := re.match(r"setof (.+)$", words, re.IGNORECASE):
        return f"SETOF {argument_type(match[1])}"
    if match := re.match(r"table ?\((.*)\)$", words, re.IGNORECASE):
        return f"TABLE({', '.join(_column(item) for item in split_list(match[1]))})"
    return argument_type(words)


def qualified(text: str) -> Name | None:
    """Return schema and name of a type, or of that of an array's elements; None: its schema is not written."""
    found = _QUALIFIED.fullmatch(text.strip())
    return None if found is None else (unquoted(found["schema"]), unquoted(found["name"]))


def split_list(text: str) -> list[str]:
    """Split at the commas that stand in no parentheses and no quotes."""
    items, depth, start = [], 0, 0
    for match in _TOKEN.finditer(text):
        piece = match[0]
        depth += (piece in "([") - (piece in ")]")
        if piece == "," and depth == 0:
            items.append(text[start : match.start()].strip())
            start = match.end()
    last = text[start:].strip()
    return [*items, last] if last or items else []


def _column(text: str) -> str:
    name, *_ = _TOKEN.findall(text) or [""]
    return f"{_fold(name)} {argument_type(text.removeprefix(name))}"


def _parts(text: str) -> tuple[str, str, str]:
    # The name in lower case, what stands in its parentheses, and `[]` for an array of any dimension.
    text = text.strip()
    found = _ARRAY.search(text)
    array = "[]" if found and found[0] else ""
    base = text[: found.start()] if found and found[0] else text
    inner = re.search(r"\(([^()]*)\)", base)
    modifier = re.sub(r"\s", "", inner[1]) if inner else ""
    if inner:
        base = f"{base[: inner.start()]} {base[inner.end() :]}"
    return "".join(_spaced(base)).removeprefix("pg_catalog."), modifier, array


def _spaced(base: str) -> Iterator[str]:
    # Words apart by one space, the parts of a qualified name by a dot alone.
    previous = "."
    for piece in _TOKEN.findall(base):
        if piece != "." and previous != ".":
            yield " "
        yield _fold(piece)
        previous = piece


def _fold(piece: str) -> str:
    return piece if piece.startswith('"') else piece.lower()


def _print(name: str, modifier: str) -> str:
    if not modifier:
        return name
    first, space, rest = name.partition(" ")
    if first in ("time", "timestamp"):
        return f"{first}({modifier}){space}{rest}"
    return f"{name}({modifier})"
