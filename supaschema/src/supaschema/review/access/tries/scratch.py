"""Which databases may be written to, if only in transactions that are rolled back: those that are marked for it."""

from __future__ import annotations

from typing import LiteralString

from supaschema.core.errors import PreconditionError
from supaschema.core.sqltext import compose, ident, literal
from supaschema.database.connect import Connection

_NAME: LiteralString = """
    select d.datname::text, pg_catalog.shobj_description(d.oid, 'pg_database')
      from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()
"""


def wording(name: str) -> str:
    """Return the comment on a database that says it is one to throw away.

    It names the database: one that is renamed is marked no more. A copy of a database has none of its comment.
    """
    return f"supaschema scratch: {name}"


def mark(connection: Connection) -> None:
    """Mark the database. Take a connection of its owner."""
    name, _ = connection.execute(_NAME).fetchone() or ("", None)
    connection.execute(compose("comment on database {} is {}", ident(name), literal(wording(name))))


def require(connection: Connection) -> None:
    """Refuse a database that is not marked.

    Raises:
        PreconditionError: It is not.

    """
    name, comment = connection.execute(_NAME).fetchone() or ("", None)
    if comment != wording(name):
        statement = compose("comment on database {} is {}", ident(name), literal(wording(name))).as_string()
        remedy = f"Nothing was tried. If it is one to throw away, run there: {statement}"
        raise PreconditionError("the database is not marked as scratch.", where=name, remedy=remedy)
