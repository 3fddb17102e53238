"""A column's default: how a clause takes it, and what of it has no part in the value."""

from __future__ import annotations

import re

from psycopg import sql

from supaschema.core.sqltext import Name, compose, raw_sql, unquoted

_STRING = r"'(?:[^']|'')*'"
_CASTS = r"""(?:::[\w."]+(?:\s(?:varying|precision))?(?:\(\d+\))?(?:\[\])*)*"""
_SIMPLE = re.compile(rf"(?:{_STRING}|[-+]?[\w.]+|[\w.]+\([^()]*\)){_CASTS}")
"""A constant, or a call of a function."""
_NAME = r'(?:[\w$]+|"(?:[^"]|"")+")'
_COLLATED = re.compile(rf"\s*({_STRING}{_CASTS})\s*\bcollate\s+{_NAME}(?:\.{_NAME})?\s*", re.IGNORECASE)

_DRAWN = re.compile(rf"\bnextval\s*\(\s*'((?:{_NAME})\.(?:{_NAME}))'", re.IGNORECASE)
_PART = re.compile(_NAME)


def default_clause(default: str) -> sql.Composed:
    """Return the default as a new column's clause takes it: there COLLATE would be the column's, unless in parentheses.

    More of an expression's words are the clause's (PostgreSQL documentation, CREATE TABLE: it takes a `b_expr`).
    """
    return compose("default {}" if _SIMPLE.fullmatch(default) else "default ({})", raw_sql(default))


def drawn_from(default: str | None) -> tuple[Name, ...]:
    """Return schema and name of each sequence from which a default draws, as far as it names them so."""
    return tuple(
        (unquoted(schema), unquoted(name))
        for text in _DRAWN.findall(default or "")
        for schema, name in [_PART.findall(text.replace("''", "'"))]
    )


def uncollated(default: str) -> str:
    """Return a default that is a constant without its collation, which no value holds."""
    text = default.strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    found = _COLLATED.fullmatch(text)
    return found[1] if found else default
