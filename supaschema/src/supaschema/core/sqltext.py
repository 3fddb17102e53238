"""SQL text through psycopg's `sql` module: the only place that turns names and declared expressions into SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, LiteralString

from psycopg import sql

from supaschema.core.secret_texts import MASK

Name = tuple[str, ...]

MAX_IDENTIFIER_BYTES = 63
"""Bytes of a name; the server cuts the rest off without an error (PostgreSQL documentation, "Identifiers")."""

WORD = re.compile(r"[^\W\d][\w$]*")
"""A name, or a word of the language, as it stands in SQL text and in what the server says, without its quotes."""


def ident(*parts: str) -> sql.Identifier:
    """Quote a name of one or more parts."""
    return sql.Identifier(*parts)


def idents(names: Iterable[str]) -> sql.Composed:
    """Quote names and join them with commas."""
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


def literal(value: Any) -> sql.Literal:
    """Quote a value."""
    return sql.Literal(value)


class Concealed(sql.Literal):
    """A value that runs as it is, and is shown to nobody."""


def concealed(value: str) -> Concealed:
    """Quote a value that no text of the statement is to show."""
    return Concealed(value)


def conceals(query: sql.Composable) -> bool:
    """Return whether a value in SQL is shown to nobody."""
    return isinstance(query, Concealed) or (isinstance(query, sql.Composed) and any(map(conceals, query)))


def shown(query: sql.Composable) -> sql.Composable:
    """Return SQL with a mask in the place of each value that is shown to nobody."""
    if isinstance(query, Concealed):
        return sql.Literal(MASK)
    return sql.Composed([shown(part) for part in query]) if isinstance(query, sql.Composed) else query


def raw_sql(expression: str) -> sql.SQL:
    """Take SQL that the program's author wrote: a type, an expression, a query.

    It is theirs to write, as in any schema file; it is run with the stack's rights and no others.
    """
    return sql.SQL(expression)


def compose(template: LiteralString, *args: sql.Composable, **kwargs: sql.Composable) -> sql.Composed:
    """Fill a template's `{}` with SQL."""
    return sql.SQL(template).format(*args, **kwargs)


def role(name: str) -> sql.Composable:
    """Quote a role; `public` is PUBLIC, which takes no quotes."""
    return sql.SQL("PUBLIC") if name == "public" else sql.Identifier(name)


def roles(names: Iterable[str]) -> sql.Composed:
    """Quote roles and join them with commas."""
    return sql.SQL(", ").join(role(name) for name in names)


def words(items: Iterable[LiteralString | str]) -> sql.Composed:
    """Join key words, such as privileges, with commas."""
    return sql.SQL(", ").join(raw_sql(item) for item in items)


def block(body: sql.Composable) -> sql.Composed:
    """Return a DO statement."""
    return compose("do {}", quoted_block(body))


def quoted_block(body: sql.Composable) -> sql.Composed:
    """Quote a routine's body such that no name in it ends the quotes."""
    text, tag = body.as_string(), "$block$"
    while tag in text:
        tag = f"{tag[:-1]}_$"
    return compose("{}\n{}\n{}", raw_sql(tag), body, raw_sql(tag))


def as_arrays(names: Iterable[Name]) -> list[list[str]]:
    """Return names of relations as a query takes them: the schemas, and the names in the same order."""
    wanted = sorted(names)
    return [[schema for schema, _ in wanted], [name for _, name in wanted]]


def unquoted(name: str) -> str:
    """Return a name as the catalog has it: without its quotes, or folded to lower case where it has none."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()


def folded(name: str) -> str:
    """Return a name in SQL text as the server reads it: letters beyond ASCII as they are, and what is too long cut."""
    if name.startswith('"'):
        read = name[1:-1].replace('""', '"')
    else:
        read = "".join(each.lower() if each.isascii() else each for each in name)
    return read.encode(errors="replace")[:MAX_IDENTIFIER_BYTES].decode(errors="ignore")


def relation_name(name: Name) -> str:
    """Return a relation's name for people: `public.jobs`."""
    return ".".join(name[:2])


def escape_percent(piece: sql.Composable) -> sql.Composable:
    """Double each percent sign of a piece of SQL, as a statement that takes parameters must have its own."""
    return raw_sql(piece.as_string().replace("%", "%%"))
