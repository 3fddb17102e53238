"""The command line: copies are claimed, orphans named, what is archived destroyed; nothing without consent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.core.errors import OwnershipError
from supaschema.declarations import Column, PrimaryKey, Table, TablePatch
from tests.fixtures.postgres import Database, create
from tests.support.catalog import column, dump, one
from tests.support.objects import managed
from tests.support.sessions import Connection

ROOT = Path(__file__).resolve().parents[2]
MINE, THEIRS = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
PATCH = TablePatch(table="things", columns=(Column(name="note", type="text"),))
KEPT = Table(
    name="notes",
    columns=(Column(name="id", type="integer", nullable=False), Column(name="org_id", type="uuid")),
    primary_key=PrimaryKey(columns=("id",)),
)
BARE = Table(name="bare", columns=(Column(name="id", type="integer"),))

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on a database; give its exit code and all that it said."""

    def command(on: Database, *arguments: str) -> tuple[int, str]:
        monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", on.url)
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out + said.err

    return command


@pytest.fixture
def things(connection: Connection) -> Connection:
    """A table with three rows, the last of which is of another organization."""
    connection.execute("create table public.things (id integer primary key, org_id uuid)")
    connection.execute(
        "insert into public.things select i, case when i < 3 then %s else %s end::uuid from generate_series(1, 3) i",
        [MINE, THEIRS],
    )
    return connection


@pytest.fixture
def deployed(database: Database, things: Connection) -> Database:
    """A database with a column of ours; nobody is connected to it."""
    with managed(database.url) as objects:
        objects.apply(PATCH)
    things.close()
    return database


def test_a_copy_is_claimed_only_with_consent(deployed: Database, database_name: str, run: Run) -> None:
    copy = create(deployed.server, database_name, deployed.name)
    before = dump(copy), ledger(copy)

    assert run(copy, "status")[0] == Exit.FINDINGS
    with managed(copy.url) as objects, pytest.raises(OwnershipError, match="python -m supaschema claim --from test"):
        objects.preview(PATCH)
    code, said = run(copy, "claim", "--from", "test")
    assert code == Exit.FINDINGS
    assert "TablePatch public.things: 1 object\n" in said
    assert run(copy, "claim", "--from", "prod", "--yes")[0] == Exit.MISSING
    assert (dump(copy), ledger(copy)) == before

    assert run(copy, "claim", "--from", "test", "--yes")[0] == Exit.DONE
    assert run(copy, "status")[0] == Exit.DONE
    with managed(copy.url) as objects:
        assert objects.preview(PATCH).empty
    assert run(copy, "claim", "--from", "test", "--yes") == (
        Exit.DONE,
        "The ledger speaks of this database already: there is nothing to claim.\n",
    )
    assert run(deployed, "status")[0] == Exit.DONE


def test_a_claim_gives_a_stack_what_another_had_unless_it_has_the_like(deployed: Database, run: Run) -> None:
    assert run(deployed, "claim", "--from", "test", "--to", "other")[0] == Exit.FINDINGS
    with deployed.connect() as connection:
        connection.execute(
            "insert into supaschema.objects (object, urn, made, server_major)"
            """ select '["table", "public", "x"]', replace(urn, ':test:', ':taken:'), true, 17"""
            " from supaschema.objects"
        )
    code, said = run(deployed, "claim", "--from", "test", "--to", "taken", "--yes")
    assert code == Exit.FAILED
    assert "stack taken has resources of the same names" in said
    assert "::" in said

    assert run(deployed, "claim", "--from", "test", "--to", "other", "--yes")[0] == Exit.DONE
    said = run(deployed, "status")[1]
    assert "  other: 1 object of 1 resource; 0 were there before\n" in said
    assert "  taken: 1 object of 1 resource; 0 were there before\n" in said


def test_a_project_may_take_another_name(deployed: Database, run: Run) -> None:
    with deployed.connect() as connection:
        urn = str(one(connection, "select urn from supaschema.objects"))
    project = urn.split("::")[1]
    code, said = run(deployed, "claim", "--from", f"test::{project}", "--to", "test", "--yes")
    assert (code, said) == (
        Exit.FAILED,
        "supaschema: Name the project of both stacks, as in --from prod::old --to prod::new, or of neither.\n",
    )
    assert run(deployed, "claim", "--from", "test::unknown", "--to", "test::renamed", "--yes")[0] == Exit.MISSING
    assert run(deployed, "claim", "--from", f"test::{project}", "--to", "test::renamed", "--yes")[0] == Exit.DONE
    with deployed.connect() as connection:
        assert column(connection, "select distinct urn from supaschema.objects") == [
            urn.replace(f"test::{project}::", "test::renamed::")
        ]


def test_an_object_moves_to_another_resource_of_the_stack_only_with_consent(deployed: Database, run: Run) -> None:
    with deployed.connect() as connection:
        urn = str(one(connection, "select urn from supaschema.objects"))
    other = f"{urn}::other"
    before = ledger(deployed)
    for wrong, code, answer in (
        (("--from", urn, "--to", "other"), Exit.FAILED, "Name two resources of one stack by their URNs"),
        (("--from", urn, "--to", urn.replace(":test:", ":prod:")), Exit.FAILED, "of one stack"),
        (("--from", urn, "--to", urn), Exit.FAILED, "Name two resources"),
        (("--from", other, "--to", urn, "--yes"), Exit.MISSING, "does not hold anything of"),
        (("--from", urn, "--to", other, "column public.things.other"), Exit.MISSING, "column public.things.note\n"),
        (("--from", urn, "--to", other), Exit.FINDINGS, "Nothing was changed"),
    ):
        refused = run(deployed, "move", *wrong)
        assert refused[0] == code
        assert answer in refused[1]
    assert ledger(deployed) == before

    done = run(deployed, "move", "--from", urn, "--to", other, "column public.things.note", "--yes")
    assert done[0] == Exit.DONE
    assert "  column public.things.note\n" in done[1]
    with deployed.connect() as connection:
        assert column(connection, "select urn from supaschema.objects") == [other]


def test_orphans_are_what_the_state_does_not_name(deployed: Database, run: Run, tmp_path: Path) -> None:
    with deployed.connect() as connection:
        urn = str(one(connection, "select urn from supaschema.objects"))
    state = tmp_path / "state.json"

    def orphans(*resources: object, stack: tuple[str, ...] = ()) -> tuple[int, str]:
        state.write_text(json.dumps({"version": 3, "deployment": {"resources": resources}}), encoding="utf-8")
        return run(deployed, "orphans", "--state", str(state), *stack)

    assert orphans({"urn": urn})[0] == Exit.DONE
    renamed = urn.replace("public.things", "other")
    assert orphans({"urn": renamed, "outputs": {"ledgerUrn": urn}})[0] == Exit.DONE
    assert orphans({"urn": urn.replace(":test:", ":prod:")})[0] == Exit.DONE
    code, said = orphans({"urn": renamed})
    assert code == Exit.FINDINGS
    assert f"column public.things.note (made) of {urn}" in said
    assert orphans()[0] == Exit.MISSING
    assert orphans(stack=("--stack", "test"))[0] == Exit.FINDINGS
    state.write_text("[]", encoding="utf-8")
    assert run(deployed, "orphans", "--state", str(state))[0] == Exit.MISSING


@pytest.fixture
def kept(database: Database, things: Connection) -> Connection:
    """An archive that holds two tables and a column's values, of two organizations and of a row that is gone."""
    with managed(database.url) as objects:
        for declared in (PATCH, KEPT, BARE):
            objects.apply(declared)
    things.execute("update public.things set note = 'note ' || id")
    things.execute("insert into public.notes select id, org_id from public.things")
    things.execute("insert into public.bare values (1)")
    with managed(database.url) as objects:
        for declared in (PATCH, KEPT, BARE):
            objects.remove(declared)
    things.execute("insert into public.things values (4, null)")
    things.execute(
        "insert into supaschema_archive.column_values values ('public.things', '5', jsonb_build_object('note', 'lost'))"
    )
    return things


def test_what_is_kept_aside_is_destroyed_only_with_consent(database: Database, kept: Connection, run: Run) -> None:
    before = archived(kept)
    code, said = run(database, "purge")
    assert code == Exit.FINDINGS
    assert "table public.notes: 3 rows, kept since" in said
    assert "column public.things.note: 4 values, kept since" in said
    assert archived(kept) == before

    assert run(database, "purge", "--older-than", "1", "--yes")[0] == Exit.DONE
    assert archived(kept) == before
    kept.execute("update supaschema_archive.columns set kept_at = now() - interval '25 hours'")
    kept.execute("update supaschema_archive.columns set added = 'null'")
    assert "Still being restored" in run(database, "purge", "--older-than", "1", "--yes")[1]
    assert archived(kept) == before
    kept.execute("update supaschema_archive.columns set added = null")
    assert run(database, "purge", "--older-than", "1", "--yes")[0] == Exit.DONE
    assert archived(kept) == [before[0], before[1], []]

    assert run(database, "purge", "--yes")[0] == Exit.DONE
    assert one(kept, "select count(*) from pg_namespace where nspname ~ '^supaschema'") == 0
    assert one(kept, "select count(*) from public.things") == 4


def test_an_organization_s_share_is_destroyed_and_no_other_s(database: Database, kept: Connection, run: Run) -> None:
    before = archived(kept)
    code, said = run(database, "purge", "--organization", THEIRS)
    assert code == Exit.FINDINGS
    assert "table public.notes: rows: 1 of the organization" in said
    assert "columns of public.things: rows with values: 1 of the organization, 1 gone" in said
    assert archived(kept) == before

    code, said = run(database, "purge", "--organization", THEIRS, "--yes")
    assert code == Exit.FINDINGS
    assert "left: public.bare, which cannot be told apart by a column org_id" in said
    assert archived(kept) == [before[0], ["1", "2"], ["1", "2"]]


def test_without_a_database_or_a_ledger_it_says_so(
    database: Database, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(database, "status")[0] == Exit.DONE
    assert run(database, "claim", "--from", "test", "--yes")[0] == Exit.MISSING
    urns = [f"urn:pulumi:test::objects::supaschema:index:Table::{name}" for name in ("a", "b")]
    assert run(database, "move", "--from", urns[0], "--to", urns[1], "--yes")[0] == Exit.MISSING
    assert run(database, "purge", "--yes")[0] == Exit.DONE
    monkeypatch.delenv("SUPASCHEMA_DATABASE_URL")
    assert main(["status"]) == Exit.MISSING
    assert "SUPASCHEMA_DATABASE_URL" in capsys.readouterr().err
    for wrong in (["purge", "--older-than", "-1"], ["purge", "--organization", "x"], ["claim"], []):
        with pytest.raises(SystemExit) as ended:
            main(wrong)
        assert ended.value.code == Exit.FAILED


def test_it_runs_as_a_module_and_never_prints_the_url(database: Database) -> None:
    password = psycopg.conninfo.conninfo_to_dict(database.url)["password"]
    assert isinstance(password, str)
    for url, code in ((database.url, Exit.DONE), (database.url.replace(password, "wrong+secret"), Exit.FAILED)):
        environment = {**os.environ, "SUPASCHEMA_DATABASE_URL": url}
        command = [sys.executable, "-m", "supaschema", "status"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        assert not [word for word in (password, "wrong+secret", "Traceback") if word in done.stdout + done.stderr]


def ledger(database: Database) -> object:
    """Return what the ledger holds, and of which database."""
    with database.connect() as connection:
        return column(
            connection,
            "select o::text from supaschema.objects o union all select i::text from supaschema.identity i order by 1",
        )


def archived(connection: Connection) -> list[list[object]]:
    """Return the keys of the rows in the archive: of the two tables, and of the column."""
    return [
        column(connection, 'select id::text from supaschema_archive."public.bare" order by 1'),
        column(connection, 'select id::text from supaschema_archive."public.notes" order by 1'),
        column(connection, "select key from supaschema_archive.column_values order by 1"),
    ]


@pytest.mark.parametrize(
    "misplaced", ["postgresql://me:hush@host:1/db", "postgresql://me:hu@sh@host/db", "host=here password = 'hush'"]
)
def test_a_password_in_the_wrong_place_is_not_repeated(
    misplaced: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["scratch", "file", misplaced], [misplaced], ["purge", "--older-than", misplaced]):
        with pytest.raises(SystemExit):
            main(arguments)
        said = capsys.readouterr().err
        assert "host" in said or "here" in said
        assert "sh@" not in said
        assert "hush" not in said


def test_the_status_names_what_a_drop_that_broke_off_left(deployed: Database, run: Run) -> None:
    with deployed.connect() as connection:
        connection.execute("""
            create function public.keep() returns trigger language plpgsql as 'begin return null; end';
            create trigger supaschema_keep after insert on public.things for each row execute function public.keep()
        """)

    code, said = run(deployed, "status")

    assert code == Exit.DONE
    assert "next deployment removes it:\n  trigger supaschema_keep on public.things\n" in said


LET_OFF = [
    ("objects", "[{lint: search-path, level: off, reason: old}]", "test: lint search-path is off in this stack: old"),
    ("objects", """'[{"lint": "search-path", "level": "error", "reason": "new"}]'""", ""),
    ("objects", "[{lint: no-such}]", "test: what supaschema:lints says is not understood"),
    ("another", "[{lint: search-path, level: off, reason: old}]", ""),
]


def test_the_status_names_the_lints_that_the_stack_is_let_off_from(
    deployed: Database, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for project, setting, told in LET_OFF:
        (tmp_path / "Pulumi.yaml").write_text(f"name: {project}\n")
        (tmp_path / "Pulumi.test.yaml").write_text(f"config: {{'supaschema:lints': {setting}}}\n")

        code, said = run(deployed, "status")

        assert code == Exit.DONE
        found = said.partition("Let off, by the settings in this folder:\n")[2].partition("\n")[0]
        assert found.strip() == told, setting
