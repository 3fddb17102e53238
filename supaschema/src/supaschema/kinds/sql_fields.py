"""Texts of a definition that the server may write in another way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

Spellings = tuple[str | None, str | None]
"""How the server writes a declared and a live text; None: it names what does not exist yet."""


class SqlFieldKind(Enum):
    """How the server is asked for a text's canonical form."""

    EXPRESSION = "expression"
    TYPE = "type"
    QUERY = "query"
    FUNCTION = "function"
    PROCEDURE = "procedure"
    DOMAIN_CHECK = "domain check"
    LOCALE = "locale"


@dataclass(frozen=True, slots=True)
class SqlField:
    """A text in a definition that the server may write in another way.

    Attributes:
        kind: How to ask for its canonical text.
        text: The SQL: an expression, a type, a query, for a function `(arguments) returns ...`, for a procedure
            `(arguments)`, or what a domain checks. Of a collation the locale, which is no SQL.
        type: For an expression: the type it is assigned to, or None. For a domain's check: the type of its VALUE. For
            a locale: whose it is, `icu` or `builtin`.
        relation: For an expression: schema and name of the relation whose columns it names, or None.
        row_names: Names the relation's row goes by: `("old", "new")` in a trigger's condition.

    """

    kind: SqlFieldKind
    text: str
    type: str | None = None
    relation: tuple[str, str] | None = None
    row_names: tuple[str, ...] = ()
