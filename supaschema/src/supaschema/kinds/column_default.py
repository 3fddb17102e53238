"""A column's default: how a clause takes it, and what of it has no part in the value."""

from __future__ import annotations

import re
from dataclasses import replace

from psycopg import sql

from supaschema.core.model import ObjectId, Statement
from supaschema.core.sqltext import Name, compose, ident, raw_sql, relation_name, unquoted
from supaschema.kinds.column_definition import Column
from supaschema.kinds.column_locks import exclusive
from supaschema.kinds.context import Context

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


def default_action(default: str | None) -> sql.Composable:
    """Return what a column's clause of ALTER TABLE does for it to have a default; None: none."""
    return compose("set default {}", raw_sql(default)) if default is not None else sql.SQL("drop default")


def set_default(id: ObjectId, default: str | None, context: Context) -> tuple[Statement, ...]:
    """Return the statements that set or drop a default; a column below that has another one than this keeps that.

    By itself the server gives it to all of them (PostgreSQL documentation, ALTER TABLE). What lets go of something and
    then has its default again is altered alone: those below that stand on the same let go of it likewise.

    Args:
        id: The column.
        default: What it is to have; None: none.
        context: With what is live below.

    """
    own = context.live.get(id)
    former = own.default if isinstance(own, Column) else None
    action, name = default_action(default), ident(id.name[2])
    if id in context.aside and default in (None, former):
        return (_alone(id, action),)
    below = [ObjectId(id.kind, (*it.split(".", 1), id.name[2])) for it in context.below.get(relation_name(id.name), ())]
    known = {it: definition for it in below if isinstance(definition := context.live.get(it), Column)}
    following = [it for it, definition in known.items() if definition.default == former]
    if own is None or len(following) == len(known) or len(known) < len(below):
        query = compose("alter table {} alter column {} {}", ident(*id.name[:2]), name, action)
        return (Statement(query, locks=(exclusive(id),)),)
    return tuple(_alone(it, action) for it in (id, *following))


def set_default_of_new(id: ObjectId, default: str | None, context: Context) -> tuple[Statement, ...]:
    """Return the statements that give a new column a default, and those below that are new with it.

    What is below may have a column of that name already (PostgreSQL documentation, CREATE TABLE, on INHERITS): that
    keeps its own default, as it does where the default comes with the column.
    """
    below = [ObjectId(id.kind, (*it.split(".", 1), id.name[2])) for it in context.below.get(relation_name(id.name), ())]
    new, action = [it for it in below if it not in context.live], default_action(default)
    if len(new) == len(below):
        query = compose("alter table {} alter column {} {}", ident(*id.name[:2]), ident(id.name[2]), action)
        return (Statement(query, locks=(exclusive(id),)),)
    return tuple(_alone(it, action) for it in (id, *new))


def _alone(id: ObjectId, action: sql.Composable) -> Statement:
    query = compose("alter table only {} alter column {} {}", ident(*id.name[:2]), ident(id.name[2]), action)
    return Statement(query, locks=(replace(exclusive(id), alone=True),))
