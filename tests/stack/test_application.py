"""An application of fifty objects, written with the typed classes alone: no `depends_on`, one `up`, nothing left."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.fixtures.postgres import Server, create
from tests.support.catalog import one
from tests.support.pulumi import ROOT, Stack, object_stack, summary
from tests.support.wheel import unpacked_wheel

FOLDER = ROOT / "tests" / "languages" / "python"
READER = "team_reader"


def application(directory: Path, url: str, **settings: str) -> Stack:
    """Return a stack of the program, with the library as it is installed."""
    stack = object_stack(directory / "project", url)
    program = stack.directory / "program"
    shutil.rmtree(program)
    shutil.copytree(FOLDER, program, ignore=shutil.ignore_patterns("__pycache__"))
    made = stack.having(PYTHONPATH=str(unpacked_wheel(directory)))
    for name, value in settings.items():
        made.run("config", "set", name, value)
    return made


def lives(stack: Stack) -> dict[str, int]:
    """Preview, deploy, find nothing left to do, and take all back; return what was made."""
    shown = stack.preview()
    assert "depends_on" not in shown
    done = stack.up()
    assert stack.clean()
    stack.run("preview", "--expect-no-changes")
    stack.destroy()
    return summary(done)


@pytest.mark.long
def test_it_lives_on_supabase(server: Server, database_name: str, tmp_path: Path) -> None:
    database = create(server, database_name)
    made = lives(application(tmp_path, database.url, supabase="true"))
    assert made["created"] > 40
    with database.connect() as connection:
        assert one(connection, "select to_regclass('public.tasks')") is None


@pytest.mark.long
def test_it_lives_in_plain_postgresql(plain: str, tmp_path: Path) -> None:
    with psycopg.connect(plain, autocommit=True) as owner:
        owner.execute(f"create role {READER}".encode())
        try:
            made = lives(application(tmp_path, plain, reader=READER))
            assert made["created"] > 40
            assert one(owner, "select to_regclass('public.tasks')") is None
        finally:
            owner.execute(f"drop role {READER}".encode())


def test_it_is_typed(tmp_path: Path) -> None:
    environment = {"MYPYPATH": str(unpacked_wheel(tmp_path)), "PATH": "/usr/bin:/bin"}
    check = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--follow-imports=silent", "."]
    program = tmp_path / "program"
    shutil.copytree(FOLDER, program, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(check, cwd=program, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not [file for file in program.glob("*.py") if "depends_on=" in file.read_text(encoding="utf-8")]
