"""SQL that holds texts of declarations, sent so that it stays one command."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from supaschema.core.errors import DeclarationError


def run_one(connection: psycopg.Connection[tuple[Any, ...]], query: sql.Composed) -> psycopg.Cursor[tuple[Any, ...]]:
    """Run a query of one command; the server refuses several, of which one could end the transaction that is open.

    A text with a semicolon in it would bring more commands into a simple query (PostgreSQL documentation, "Multiple
    Statements in a Simple Query"). Asked for an answer in binary, psycopg sends no such query.

    Raises:
        DeclarationError: A text holds a NUL, at which libpq would end the command.

    """
    return connection.execute(whole(query), binary=True)


def whole(query: sql.Composed) -> sql.Composed:
    """Return a query that is sent to its end; raises as `run_one`."""
    try:
        text = query.as_string()
    except psycopg.DataError:
        # Of a value it is told already.
        text = "\0"
    if "\0" in text:
        what = "the SQL holds a NUL character, at which the server would take it to end."
        raise DeclarationError(what, remedy="Nothing of it was run. Remove the character.")
    return query
