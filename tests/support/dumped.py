"""A copy of a database that was dumped and read again, perhaps into another locale, whose ledger speaks of it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg

from localdb import platform
from tests.fixtures.deployed import claim
from tests.fixtures.postgres import Database, create

_NAME: LiteralString = "drifted_copy"
_OWN = ("public", "private", "supaschema", "supaschema_archive", "storage", "cron")


@contextmanager
def copied_by_dump(source: Database, file: Path, locale: LiteralString = "") -> Iterator[Database]:
    """Give the copy, which goes with the block.

    Args:
        source: What is dumped.
        file: Where to.
        locale: What CREATE DATABASE says of the copy's locale; empty: the server's.

    """
    server = source.server
    copy = create(server, _NAME)
    try:
        if locale:
            _again(copy, locale)
        with copy.connect_superuser() as connection:
            for schema in ("public", "storage", "cron"):
                connection.execute(f"drop schema {schema} cascade")
        own = [f"--schema={name}" for name in _OWN]
        tool = server.binaries
        dumping = [str(tool / "pg_dump"), "--format=custom", *own, f"--file={file}", source.superuser_url]
        restoring = [str(tool / "pg_restore"), "--exit-on-error", f"--dbname={copy.superuser_url}", str(file)]
        for line in (dumping, restoring):
            subprocess.run(line, check=True, capture_output=True)
        claim(copy)
        with copy.connect_superuser() as connection:
            connection.execute("update cron.job set database = current_database()")
            # A dump leaves out what every database has from the first.
            connection.execute("grant usage on schema public to public")
        yield copy
    finally:
        platform.drop_database(server.superuser_url, copy.name)


def _again(copy: Database, locale: LiteralString) -> None:
    """Make the empty database anew, in another locale."""
    server = copy.server
    platform.drop_database(server.superuser_url, copy.name)
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        connection.execute(f"create database {_NAME} template template0 {locale}")
        connection.execute(f"alter database {_NAME} owner to postgres")
    platform.install_platform(copy.superuser_url, server.default_privileges)
