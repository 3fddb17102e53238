"""What was approved is deployed, and nothing else: by the real engine, to a real database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from supaschema.declarations import Column, PrimaryKey, Table
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.pulumi import Declared, Finished, Stack

NOTES = Table(
    name="notes",
    columns=(Column(name="id", type="uuid", nullable=False),),
    primary_key=PrimaryKey(columns=("id",)),
)
MORE = msgspec.structs.replace(NOTES, columns=(*NOTES.columns, Column(name="title", type="text")))
COLUMNS = (
    "select attname::text from pg_attribute"
    " where attrelid = 'public.notes'::regclass and attnum > 0 and not attisdropped order by 1"
)


def supaschema(stack: Stack, command: str, *arguments: str) -> Finished:
    """Run a command in the stack's folder."""
    done = subprocess.run(
        [sys.executable, "-m", "supaschema", command, "--stack", stack.name, *arguments],
        cwd=stack.directory,
        env=dict(stack.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    return Finished(tuple(arguments), done.returncode, done.stdout, done.stderr)


def test_what_was_approved_is_deployed_unless_it_is_another_by_now(
    objects: Stack, database: Database, tmp_path: Path
) -> None:
    objects.declare(Declared("notes", NOTES))
    objects.up()
    objects.declare(Declared("notes", MORE))
    approved = tmp_path / "report.json"
    made = supaschema(objects, "report", "--format", "json", "--output", str(approved))
    assert made.returncode == 0, made.stderr

    # Somebody was faster, and made the column of another type.
    with database.connect() as connection:
        connection.execute("alter table public.notes add column title varchar(9)")
        refused = supaschema(objects, "deploy", "--report", str(approved))
        assert refused.returncode == 2, refused.stdout + refused.stderr
        differs = "update of Table notes: statement 1 (column public.notes.title) differs; it is now: alter table"
        assert differs in refused.stdout
        assert "Nothing was run." in refused.stdout
        connection.execute("alter table public.notes drop column title")

        deployed = supaschema(objects, "deploy", "--report", str(approved))
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
        assert column(connection, COLUMNS) == ["id", "title"]

    again = supaschema(objects, "deploy", "--report", str(approved))
    assert again.returncode == 0
    assert "not needed any more:\n  update of Table notes\nNothing changes any more.\n" in again.stdout
