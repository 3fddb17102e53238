"""A copy of a database is not touched until it is claimed, and is then managed like any other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.postgres import Database, create
from tests.support.catalog import column
from tests.support.declared import TITLE, notes, statements, urn
from tests.support.pulumi import Declared, Finished, Stack, said, summary
from tests.support.survey import schema

FIRST = Declared("first", notes())


@pytest.mark.long
def test_a_clone_is_claimed_by_another_stack(objects: Stack, database: Database, database_name: str) -> None:
    before = schema(database)
    objects.declare(FIRST)
    objects.up()
    made = schema(database)
    copy = create(database.server, database_name, database.name)

    branch = on(objects, copy).sibling("branch")
    branch.declare(FIRST)
    refused = branch.preview(ok=False)
    assert "the ledger speaks of another database: this one is a copy" in refused
    assert "`python -m supaschema claim --from test`, with `--to STACK`" in refused
    assert command(copy, "claim", "--from", "test", "--to", "branch", "--yes").returncode == 0

    branch.up()
    assert branch.clean()
    with copy.connect() as connection:
        assert column(connection, "select distinct urn from supaschema.objects") == [urn(FIRST, "branch")]
    branch.destroy()
    assert schema(copy) == before
    assert schema(database) == made
    assert objects.clean()


@pytest.mark.long
def test_a_restored_database_is_claimed_by_its_own_stack(
    objects: Stack, database: Database, database_name: str, tmp_path: Path
) -> None:
    objects.declare(FIRST)
    objects.up()
    with database.connect() as connection:
        ran = statements(connection)
    copy = restored(database, database_name, tmp_path / "dump")
    made = schema(copy)
    assert "notes" in made

    there = on(objects, copy)
    there.declare(Declared("first", notes("notes", TITLE)))
    for refused in (there.up(ok=False), there.destroy(ok=False)):
        assert "the ledger speaks of another database: this one is a copy" in said(refused)
    assert schema(copy) == made
    assert command(copy, "claim", "--from", "test", "--yes").returncode == 0

    there.declare(FIRST)
    assert summary(there.up()).keys() == {"unchanged"}
    assert there.clean()
    with copy.connect() as connection:
        assert statements(connection) == ran
    there.destroy()
    assert "notes" not in schema(copy)


def on(stack: Stack, database: Database) -> Stack:
    """Return the stack, pointed at another database."""
    return stack.having(SUPASCHEMA_DATABASE_URL=database.url)


def command(database: Database, *arguments: str) -> Finished:
    """Run the command line on a database."""
    environment = {**os.environ, "SUPASCHEMA_DATABASE_URL": database.url}
    line = [sys.executable, "-m", "supaschema", *arguments]
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=False)


def restored(database: Database, name: str, file: Path) -> Database:
    """Return a new project's database into which a dump of this one's own schemas was restored."""
    copy = create(database.server, name)
    own = [f"--schema={schema}" for schema in ("public", "supabase_migrations", "supaschema", "supaschema_archive")]
    binaries = database.server.binaries
    with copy.connect_superuser() as connection:
        connection.execute("drop schema public cascade")
    dumping = [str(binaries / "pg_dump"), "--format=custom", *own, f"--file={file}", database.superuser_url]
    restoring = [str(binaries / "pg_restore"), "--exit-on-error", f"--dbname={copy.superuser_url}", str(file)]
    for line in (dumping, restoring):
        subprocess.run(line, check=True, capture_output=True)
    return copy
