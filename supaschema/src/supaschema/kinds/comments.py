"""Comments: the statement is one, whatever it is on."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.model import Lock, Statement
from supaschema.core.sqltext import compose, literal


def commented(what: sql.Composable, comment: str | None, *locks: Lock) -> Statement:
    """Return the statement that gives something a comment, or takes it.

    Args:
        what: The object as COMMENT names it: `table x.y`.
        comment: The comment; None or empty: none.
        locks: What it locks.

    """
    value = literal(comment) if comment else sql.SQL("null")
    return Statement(compose("comment on {} is {}", what, value), locks=locks)
