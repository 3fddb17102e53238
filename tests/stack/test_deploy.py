"""What was approved is deployed, and nothing else: by the real engine, to a real database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

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


@pytest.mark.long
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

        deployed = supaschema(objects, "deploy", "--report", str(approved), "--watch", "0")
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
        assert column(connection, COLUMNS) == ["id", "title"]

    assert "No table's rows are touched: there is nothing to back up." in deployed.stdout
    again = supaschema(objects, "deploy", "--report", str(approved))
    assert again.returncode == 0
    assert "not needed any more:\n  update of Table notes\nNothing changes any more.\n" in again.stdout
    _backs_up_what_touches_rows(objects, database, tmp_path)


def _backs_up_what_touches_rows(objects: Stack, database: Database, tmp_path: Path) -> None:
    approved = tmp_path / "report.json"
    with database.connect() as connection:
        connection.execute("insert into public.notes values (gen_random_uuid(), 'a title')")
    objects.declare(Declared("notes", NOTES), allow_hazards=["TAKES_DATA_OUT_OF_USE"])
    assert supaschema(objects, "report", "--format", "json", "--output", str(approved)).returncode == 0
    backing_up = objects.having(PATH=f"{database.server.binaries}:{objects.environment['PATH']}")
    to = ("--backup", str(tmp_path / "kept"), "--watch", "0")
    deployed = supaschema(backing_up, "deploy", "--report", str(approved), *to)
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert "Backed up, public.notes and the structure of all:\n" in deployed.stdout
    assert {file.suffix for file in (tmp_path / "kept").iterdir()} == {".dump", ".gz"}
    with database.connect() as connection:
        assert column(connection, COLUMNS) == ["id"]
