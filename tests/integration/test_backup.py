"""What a change touches is backed up before it, by `pg_dump`, and comes back in an empty database."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.core.errors import SupaschemaError
from supaschema.database.connect import Database as Reached
from supaschema.database.dsn import parameters_of
from supaschema.database.settings import settings_from
from supaschema.declarations import Column, PrimaryKey, Table
from supaschema.gate import backup, touched
from supaschema.gate.backup import Place
from supaschema.gate.findings import Weight
from supaschema.review import gather
from supaschema.review.model import Report
from tests.fixtures.postgres import Database, Server, create
from tests.support.catalog import column
from tests.support.reviewed import deploy, report
from tests.support.sessions import Connection

KEY = PrimaryKey(columns=("id",))
ID = Column(name="id", type="integer", nullable=False)
KEPT = Table(name="kept", columns=(ID,), primary_key=KEY)
GONE = Table(name="gone", columns=(ID, Column(name="mood", type="text")), primary_key=KEY)
GROWN = Table(name='gr"own', columns=(ID, Column(name="size", type="integer")), primary_key=KEY)
BEFORE = {"kept": KEPT, "gone": GONE, "grown": GROWN}
AFTER = {
    "kept": Table(name="kept", columns=(ID, Column(name="note", type="text")), primary_key=KEY),
    "grown": Table(name='gr"own', columns=(ID, Column(name="size", type="bigint")), primary_key=KEY),
}
ROWS = """
    insert into public.kept values (1);
    insert into public.gone values (1, 'good'), (2, null);
    insert into public."gr""own" select n, n * 2 from generate_series(1, 500) n;
"""
ALL = """select t::text from public.gone t union all select t::text from public."gr""own" t order by 1"""


@pytest.fixture
def reached(database: Database, connection: Connection) -> Iterator[Reached]:
    """The database with three tables and rows in them."""
    deploy(database.url, BEFORE)
    connection.execute(ROWS.encode())
    found = Reached(settings_from({"databaseUrl": database.url}))
    yield found
    found.close()


def put(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Put a `pg_dump` before all others."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "pg_dump"
    program.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}/bin:{os.environ['PATH']}")


def test_what_a_change_touches_comes_back_in_an_empty_database(
    reached: Reached, server: Server, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, monkeypatch, f'echo "$@" >>{tmp_path}/asked\nexec {server.binaries}/pg_dump "$@"')
    found = touched.relations(report(reached.settings.database_url, BEFORE, AFTER))
    with reached.connection() as connection:
        relations = backup.existing(connection, found)
    assert relations == (("public", "gone"), ("public", 'gr"own'))
    assert list(backup.of_tool(server.major, is_needed=True)) == []

    rows, structure = map(Path, backup.made(reached, "app/staging", relations, Place(tmp_path / "kept")))

    assert rows.name.startswith("app_staging-")
    assert {path.stat().st_mode & 0o777 for path in (rows, structure)} == {0o600}
    assert rows.parent.stat().st_mode & 0o777 == 0o700
    password = str(parameters_of(reached.settings.database_url)["password"])
    assert password not in (tmp_path / "asked").read_text(encoding="utf-8")
    assert password.encode() not in rows.read_bytes()

    empty = create(server, database_name)
    assert main(["scratch", str(structure), "--database", empty.url]) == 0
    subprocess.run(
        [server.binaries / "pg_restore", "--data-only", f"--dbname={empty.superuser_url}", rows],
        env={**os.environ, "PGOPTIONS": "-c session_replication_role=replica"},
        check=True,
    )
    with empty.connect() as restored, reached.connection() as live:
        assert column(restored, ALL) == column(live, ALL)
        assert len(column(restored, ALL)) == 502
        assert column(restored, "select id from public.kept") == []


def test_a_command_gets_each_file(
    reached: Reached, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, monkeypatch, f'exec {server.binaries}/pg_dump "$@"')
    takes = Place(command=f'cat >"{tmp_path}/$SUPASCHEMA_BACKUP_NAME"; test -z "$SUPASCHEMA_DATABASE_URL"')

    rows, structure = backup.made(reached, "staging", (("public", "gone"),), takes)

    assert (tmp_path / rows).read_bytes().startswith(b"PGDMP")
    assert (tmp_path / structure).read_bytes()
    with pytest.raises(SupaschemaError, match="the command that takes the backup ended with 7: full"):
        backup.made(reached, "staging", (("public", "gone"),), Place(command="echo full; exit 7"))


def test_a_backup_that_fails_leaves_nothing(reached: Reached, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, monkeypatch, 'echo "half" >"${4#--file=}"; echo "no room, $PGPASSWORD" >&2; exit 1')
    with pytest.raises(SupaschemaError, match="pg_dump failed: no room, ") as failed:
        backup.made(reached, "staging", (("public", "gone"),), Place(tmp_path / "kept"))
    assert str(parameters_of(reached.settings.database_url)["password"]) not in str(failed.value)
    assert not list((tmp_path / "kept").iterdir())


def test_nothing_is_run_without_the_backup_that_was_asked_for(
    reached: Reached,
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(tmp_path, monkeypatch, f'exec {server.binaries}/pg_dump "$@"')
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", reached.settings.database_url)
    (tmp_path / "bin" / "pulumi").symlink_to("/bin/false")
    now = report(reached.settings.database_url, {"kept": KEPT, "grown": GROWN}, {"kept": KEPT, "grown": AFTER["grown"]})
    # The stack's consent.
    (change,) = now.changes
    assert change.plan is not None
    steps = tuple(msgspec.structs.replace(step, hazards=()) for step in change.steps)
    change = msgspec.structs.replace(change, plan=msgspec.structs.replace(change.plan, steps=steps))
    now = msgspec.structs.replace(now, changes=(change,))
    monkeypatch.setattr(gather, "of_stack", lambda _: now)
    (tmp_path / "approved.json").write_text(Report(stacks=(now,)).json(), encoding="utf-8")
    command = ["deploy", "--stack", "staging", "--report", str(tmp_path / "approved.json")]

    assert main([*command, "--backup-command", "echo full; exit 1"]) == Exit.FINDINGS
    said = capsys.readouterr().out
    assert 'The backup of public.gr"own failed: the command that takes the backup ended with 1: full' in said
    assert said.endswith("Nothing was run.\n")
    assert main(command) == Exit.FAILED
    assert 'The rows of public.gr"own are touched, and not backed up' in capsys.readouterr().out


def test_an_older_program_is_found_out_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, monkeypatch, "echo 'pg_dump (PostgreSQL) 14.1'")
    (older,) = backup.of_tool(17, is_needed=True)
    assert older.weight is Weight.STOP
    assert "of PostgreSQL 14, older than the server (17)" in older.what
    monkeypatch.setenv("PATH", str(tmp_path))
    (missing,) = backup.of_tool(17, is_needed=False)
    assert missing.weight is Weight.NOTE
    assert "There is no pg_dump on PATH" in missing.what


def test_partitions_go_with_their_table(database: Database, connection: Connection) -> None:
    connection.execute(
        "create table public.logs (at integer) partition by range (at);"
        "create table public.logs_1 partition of public.logs for values from (1) to (2)"
    )
    assert backup.existing(connection, ("public.logs", "public.nowhere")) == (("public", "logs"), ("public", "logs_1"))
