"""Read a database's catalog in the short forms that assertions want."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING, LiteralString, cast

from tests.support.sessions import Connection

if TYPE_CHECKING:
    from tests.fixtures.postgres import Database

_ACL: dict[str, LiteralString] = {
    "pg_class": "select relacl::text[] from pg_class where oid = %s::regclass",
    "pg_proc": "select coalesce(proacl, acldefault('f', proowner))::text[] from pg_proc where oid = %s::regprocedure",
}


def one(connection: Connection, query: LiteralString, *parameters: object) -> object:
    """Return the single value that a query answers."""
    row = connection.execute(query, parameters or None).fetchone()
    assert row is not None, query
    return row[0]


def column(connection: Connection, query: LiteralString, *parameters: object) -> list[object]:
    """Return the first column that a query answers."""
    return [row[0] for row in connection.execute(query, parameters or None)]


def acl(connection: Connection, catalog: str, name: str) -> dict[str, str]:
    """Return who holds what on a relation (``pg_class``) or a function (``pg_proc``); '' is PUBLIC.

    Privileges are the letters of an ACL; a function that was never granted shows its built-in ones.
    """
    row = connection.execute(_ACL[catalog], [name]).fetchone()
    entries = cast("list[str] | None", row and row[0]) or []
    parsed = (re.fullmatch(r"(.*)=(.*)/.*", entry) for entry in entries)
    return {match[1]: match[2] for match in parsed if match}


def dump(database: Database, *, without: Sequence[str] = ()) -> str:
    """Return the schema of a database as its own server's ``pg_dump`` writes it, some of its schemas left out."""
    command = [
        str(database.server.binaries / "pg_dump"),
        "--schema-only",
        "--restrict-key=standin",
        *(f"--exclude-schema={name}" for name in without),
        database.url,
    ]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stdout
