"""SQL that holds texts of declarations, sent so that it stays one command."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql


def run_one(connection: psycopg.Connection[tuple[Any, ...]], query: sql.Composed) -> psycopg.Cursor[tuple[Any, ...]]:
    """Run a query of one command; the server refuses several, of which one could end the transaction that is open.

    A text with a semicolon in it would bring more commands into a simple query (PostgreSQL documentation, "Multiple
    Statements in a Simple Query"). Asked for an answer in binary, psycopg sends no such query.
    """
    return connection.execute(query, binary=True)
