"""A change is tried on a scratch database, with a state and settings that hold no secret."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest

from localdb import platform
from supaschema.core.secret_texts import MASK
from supaschema.database.settings import Settings
from supaschema.declarations import (
    Column,
    Grant,
    InlinePolicy,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Table,
    TableAccess,
)
from supaschema.portable.state import without_secrets
from supaschema.provider.values import SECRET_MARK
from supaschema.review.throwaway import throwaway
from supaschema.review.trial import AGAIN, UP, Scratch, Wanted, tried
from supaschema.review.trial_answers import BACK, VALIDATED
from tests.fixtures.postgres import Database, Server, create
from tests.support.planted import typed
from tests.support.pulumi import Declared, Stack, binaries

NOTES = Table(
    name="notes",
    columns=(Column(name="id", type="uuid", nullable=False), Column(name="title", type="text")),
    primary_key=PrimaryKey(columns=("id",)),
)
OPENED = TableAccess(
    table="notes",
    policies=(
        InlinePolicy(name="titled", command=PolicyCommand.SELECT, to=("authenticated",), using="title is not null"),
    ),
    grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),),
)
SECRET = "a-word-that-nobody-should-read"


@pytest.mark.long
def test_a_change_is_tried_and_taken_back(
    objects: Stack, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(objects, "word", SECRET)
    objects.declare(Declared("notes", NOTES))
    objects.up()
    state = without_secrets(json.loads(objects.run("stack", "export").stdout), lambda text: text)
    earlier = tmp_path / "earlier"
    shutil.copytree(objects.directory, earlier, symlinks=True)
    objects.declare(
        Declared("notes", msgspec.structs.replace(NOTES, columns=(*NOTES.columns, Column(name="more", type="int")))),
        Declared(
            "access",
            OPENED,
            after=("notes",),
        ),
    )
    for name in ("PATH", "PULUMI_PYTHON_CMD"):
        monkeypatch.setenv(name, objects.environment[name])
    monkeypatch.setenv("PLANTED", SECRET)
    scratch = Scratch(Settings(database.url))
    with throwaway(objects.directory, objects.name, database.url, state) as stack:
        seen = stack.run("sh", "-c", "env; cat Pulumi.*.yaml; find . -maxdepth 1")
        found = tried(stack, scratch, Wanted(earlier, ("sh", "-c", "grep -c word; exit 2")))
        place = stack.folder
    assert SECRET not in seen.stdout
    assert "word: '[secret]'" in seen.stdout
    assert [(attempt.what, attempt.passed, attempt.said) for attempt in found.attempts] == [
        (UP, True, ""),
        (AGAIN, True, ""),
        # It is given the stack's settings.
        (VALIDATED, False, "1"),
        (BACK, True, ""),
    ]
    assert found.access is not None
    assert any(
        each.text.startswith("authenticated: select on table public.notes") and each.direction == "wider"
        for each in found.access
    ), found.access
    assert not place.exists()


SEALED = {
    "urn": "urn:pulumi:dev::notes::pulumi:providers:supaschema::default",
    "type": "pulumi:providers:supaschema",
    "custom": True,
    "id": "one",
    "inputs": {"databaseUrl": {**SECRET_MARK, "ciphertext": "v1:sealed"}},
}


def test_a_state_with_secrets_is_taken_over_without_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(binaries()), prepend=os.pathsep)
    (tmp_path / "Pulumi.yaml").write_text("{name: notes, runtime: python}")
    providers = {"type": "passphrase", "state": {"salt": "v1:another:v1:one:s"}}
    exported = {"version": 3, "deployment": {"resources": [SEALED], "secrets_providers": providers}}
    state = without_secrets(exported, lambda text: text)

    with throwaway(tmp_path, "dev", "postgresql://nobody@nowhere/none", state) as stack:
        found = json.loads(stack.pulumi("stack", "export", "--show-secrets").stdout)

    assert [item["inputs"] for item in found["deployment"]["resources"]] == [
        {"databaseUrl": {**SECRET_MARK, "plaintext": json.dumps(MASK)}}
    ]


Report = Callable[..., str]


@pytest.fixture
def empty(server: Server) -> Iterator[Database]:
    """A database with the platform and nothing else, and the copy that is made of it."""
    yield create(server, "trial_scratch")
    platform.drop_database(server.superuser_url, "trial_scratch")


def supaschema(stack: Stack, *arguments: str, code: int = 0) -> str:
    """Run a command of the library in the stack's folder, and give what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "supaschema", *arguments],
        cwd=stack.directory,
        env=dict(stack.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def report(objects: Stack, database: Database, tmp_path: Path) -> Report:
    """Deploy a table with rows, take a snapshot, and give what reports of changes to that without the database."""
    objects.declare(Declared("notes", NOTES))
    objects.up()
    with database.connect() as connection:
        connection.execute("insert into notes select gen_random_uuid(), 'a' from generate_series(1, 1000)")
        connection.execute("analyze notes")
    snapshot, earlier = tmp_path / "snapshot.json.gz", tmp_path / "earlier"
    supaschema(objects, "snapshot", "--stack", objects.name, "--output", str(snapshot))
    shutil.copytree(objects.directory, earlier, symlinks=True)
    apart = objects.having(SUPASCHEMA_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    command = ("report", "--stack", objects.name, "--snapshot", str(snapshot))

    def made(*arguments: str, code: int = 0, over: Path = earlier) -> str:
        return supaschema(apart, *command, "--earlier", str(over), *arguments, code=code)

    return made


@pytest.mark.long
def test_a_report_of_a_snapshot_is_tried_without_the_database(
    objects: Stack, report: Report, empty: Database, tmp_path: Path
) -> None:
    file = tmp_path / "report.json"
    objects.declare(Declared("notes", NOTES), Declared("access", OPENED, after=("notes",)))
    report("--scratch", empty.url, "--validate", "grep -q {", "--format", "json", "--output", str(file))

    told = supaschema(objects, "report", "--from", str(file))
    assert "**Ready to apply**" in told
    assert "authenticated: select on table public.notes" in told
    assert "Yes, in a scratch database: pulumi up" in told
    assert BACK in told
    assert VALIDATED in told
    assert "Yes: the earlier program was deployed over it" in told
    assert "Tried: a member of either tenant: select on table public.notes: other tenants' rows" in told
    assert "no row of it could be made" not in told
    (stack,) = json.loads(file.read_text())["stacks"]
    assert {change["urn"].rpartition("::")[2] for change in stack["changes"]} == {"access"}
    # What is no empty database, or no earlier program, is refused.
    assert report("--scratch", empty.url, code=3) == ""
    assert report("--scratch", empty.url, code=1, over=objects.directory) == ""


@pytest.mark.long
def test_rows_are_made_up_where_there_are_some_and_a_copy_is_in_nobodys_place(
    objects: Stack, report: Report, empty: Database, server: Server
) -> None:
    objects.declare(Declared("notes", msgspec.structs.replace(NOTES, columns=NOTES.columns[:1])))
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        connection.execute("create database trial_scratch_before")
    told = report("--scratch", empty.url, "--rows", "500", code=2)
    assert "TAKES_DATA_OUT_OF_USE" in told
    assert "Column public.notes.title may hold values, in up to about 1,000 rows: the archive keeps" in told.replace(
        "\\", ""
    )
    assert "holds 2" not in told
    assert (
        "**`pulumi up` refuses this**: it needs consent, see below. It applies once consented: that was tried." in told
    )
    assert "Yes, in a scratch database, with the consents that it needs: pulumi up" in told
    assert "Not tried: the project's own validation" in told
    assert "s as measured with 500 rows" in told
    assert "Measured on the machine of the trial, with up to 500 made-up rows a table" in told
    # A database of that name that is not marked is somebody's: it is still there to be dropped.
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        connection.execute("drop database trial_scratch_before")
