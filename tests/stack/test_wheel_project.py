"""The wheel in a folder of its own, without this checkout: what `init` writes deploys, by each way to the plugin."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest
import yaml

from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.pulumi import ROOT, binaries
from tests.support.wheel import UV, built_wheel

PROGRAM = "pulumi-resource-supaschema"


@dataclasses.dataclass(frozen=True, slots=True)
class Project:
    """A project of somebody who has nothing but the wheel.

    Attributes:
        folder: With its own `.venv`.
        environment: PATH without the plugin, and a home of its own for the engine.

    """

    folder: Path
    environment: Mapping[str, str]

    def run(self, *command: str, ok: bool = True) -> str:
        """Run a command in the folder; return what it said."""
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode == 0) is ok, done.stdout + done.stderr
        return done.stdout + done.stderr

    def having(self, **variables: str) -> Project:
        """Return it with further variables."""
        return dataclasses.replace(self, environment={**self.environment, **variables})

    def tool(self, name: str) -> str:
        """Return the path of a script of the wheel."""
        return str(self.folder / ".venv" / "bin" / name)

    def on(self, url: str, stack: str) -> Project:
        """Return it with a stack for a database."""
        self.run("pulumi", "stack", "init", stack)
        return self.having(SUPASCHEMA_DATABASE_URL=url)

    def lives(self) -> None:
        """Deploy, find nothing left to do, and take all back."""
        self._deploys()
        self.run("pulumi", "destroy", "--yes", "--skip-preview")

    def lives_without_drift(self) -> None:
        """Deploy, find nothing left to do and nothing to accept, and take all back."""
        self._deploys()
        self.run(self.tool("supaschema"), "drift")
        self.run("pulumi", "destroy", "--yes", "--skip-preview")

    def _deploys(self) -> None:
        assert "errored" not in self.run("pulumi", "up", "--yes", "--skip-preview")
        self.run("pulumi", "preview", "--expect-no-changes")
        assert "of 2 resources" in self.run(self.tool("supaschema"), "status")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project as `supaschema init` writes it, and the wheel in an environment of its own."""
    folder = tmp_path_factory.mktemp("somewhere") / "notes"
    folder.mkdir()
    wheel = built_wheel(folder.parent)
    subprocess.run([UV, "venv", "--quiet", "--seed", folder / ".venv"], check=True)
    # The versions that this project is tested with: they are in the cache.
    constraint = ["--constraint", ROOT / "requirements.lock"]
    install = [UV, "pip", "install", "--quiet", "--python", folder / ".venv", *constraint, wheel]
    subprocess.run([str(part) for part in install], check=True, capture_output=True)
    state = folder.parent / "state"
    state.mkdir()
    environment = {
        "PATH": os.pathsep.join([str(binaries()), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": str(folder.parent),
        "PULUMI_HOME": str(folder.parent / "home"),
        # The project names its environment; a host built from sources, an older one, does not look there.
        "PULUMI_PYTHON_CMD": str(folder / ".venv" / "bin" / "python"),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": "of this test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    made = Project(folder, environment)
    assert "pulumi up" in made.run(made.tool("supaschema"), "init")
    return made


@pytest.mark.long
def test_the_project_that_is_written_lives_in_an_empty_postgresql_and_on_supabase(
    project: Project, plain: str, database: Database
) -> None:
    project.on(plain, "plain").lives_without_drift()
    project.on(database.url, "supabase").lives()
    with psycopg.connect(plain) as connection:
        assert one(connection, "select to_regclass('public.notes')") is None


@pytest.mark.long
@pytest.mark.parametrize("way", ["on PATH", "in the engine's cache"])
def test_a_project_that_does_not_name_the_plugin_finds_it(project: Project, plain: str, way: str) -> None:
    own = project.folder / "Pulumi.yaml"
    written = own.read_text(encoding="utf-8")
    own.write_text(written.partition("plugins:")[0], encoding="utf-8")
    try:
        if way == "on PATH":
            project = project.having(PATH=f"{project.folder}/.venv/bin{os.pathsep}{project.environment['PATH']}")
        else:
            project.run(project.tool("supaschema"), "plugin", "install")
        assert project.run(project.tool("supaschema"), "plugin", "check").startswith(f"{way}: ")
        project.on(plain, way.rsplit(maxsplit=1)[-1].lower()).lives()
        project.run(project.tool("supaschema"), "plugin", "init")
        assert own.read_text(encoding="utf-8") == written
    finally:
        own.write_text(written, encoding="utf-8")


@pytest.mark.long
def test_the_workflow_that_is_written_tries_the_program_in_an_empty_database(project: Project, plain: str) -> None:
    (file,) = (project.folder / ".github" / "workflows").iterdir()
    job = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]["try"]
    commands = [step["run"] for step in job["steps"] if step.get("run", "").startswith("pulumi ")]
    assert len(commands) == 4
    stack = project.having(SUPASCHEMA_DATABASE_URL=plain)
    for command in commands:
        stack.run("sh", "-ec", command)


@pytest.mark.long
def test_nothing_is_written_over(project: Project) -> None:
    program = project.folder / "__main__.py"
    written = program.read_text(encoding="utf-8")
    assert "nothing was written" in project.run(project.tool("supaschema"), "init", ok=False)
    assert program.read_text(encoding="utf-8") == written


_TYPED = '''"""Typed resources: what refers to another one comes after it, without a word."""

import pulumi

import supaschema.pulumi as supa

state = supa.EnumType("state", name="note_state", labels=["new", "done"])
notes = supa.Table(
    "notes",
    name="notes",
    columns=[
        supa.ColumnArgs(name="id", type="bigint", identity="always"),
        {"name": "title", "type": "text", "nullable": False},
        supa.ColumnArgs(name="state", type=state.qualified_name, default="'new'", nullable=False),
    ],
    primary_key={"columns": ["id"]},
)
supa.Index("by_title", name="notes_by_title", table=notes.name, keys=["title"])
waiting = supa.View(
    "waiting", name="waiting_notes", query=pulumi.Output.concat("select title from ", notes.qualified_name)
)
pulumi.export("view", waiting.name)
'''
_WRONG = """import supaschema.pulumi as supa

supa.Table("notes", name="notes", columns=[{"nam": "id", "type": "bigint"}])
supa.Index("by_title", name="notes_by_title", table=3, keys=["title"])
"""


def typed(project: Project, program: str) -> list[str]:
    """Return what the type checker says of a program."""
    own = project.folder / "__main__.py"
    own.write_text(program, encoding="utf-8")
    check = [sys.executable, "-m", "mypy", "--strict", "--python-executable", project.tool("python"), str(own)]
    done = subprocess.run(check, cwd=project.folder, capture_output=True, text=True, check=False)
    return [line for line in done.stdout.splitlines() if ": error:" in line]


@pytest.mark.long
def test_typed_resources_take_outputs_and_order_themselves(project: Project, plain: str) -> None:
    assert typed(project, _TYPED) == []
    stack = project.on(plain, "typed")
    stack.run("pulumi", "up", "--yes", "--skip-preview")
    stack.run("pulumi", "preview", "--expect-no-changes")
    assert stack.run("pulumi", "stack", "output", "view").strip() == "waiting_notes"
    stack.run("pulumi", "destroy", "--yes", "--skip-preview")


@pytest.mark.long
def test_a_wrong_field_or_type_is_told_by_the_type_checker_and_when_it_runs(project: Project, plain: str) -> None:
    found = typed(project, _WRONG)
    assert [line.split(":")[1] for line in found] == ["3", "4"], found
    said = project.on(plain, "wrong").run("pulumi", "preview", ok=False)
    # The engine stops at whichever it is told of first.
    assert "columns[0]: Object contains unknown field `nam`" in said or "table: Expected `str`, got `int`" in said


@pytest.mark.long
def test_a_database_that_exists_is_taken_over_as_the_page_says(project: Project, plain: str) -> None:
    url = f"{plain.rpartition('/')[0]}/made_by_hand"
    with psycopg.connect(plain, autocommit=True) as server:
        server.execute("create database made_by_hand")
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("create schema shop; create table shop.notes (id serial primary key, title text default 'a''b')")
    folder = project.folder.parent / "shop"
    there = project.having(SUPASCHEMA_DATABASE_URL=url)
    assert "declares 4 objects" in there.run(
        project.tool("supaschema"), "export", "--out", str(folder), "--schema", "shop"
    )
    (folder / ".venv").symlink_to(project.folder / ".venv", target_is_directory=True)
    stack = dataclasses.replace(there, folder=folder)
    stack.run("pulumi", "stack", "init", "taken")
    assert "it is adopted" in stack.run("pulumi", "preview")
    stack.run("pulumi", "up", "--yes", "--skip-preview")
    stack.run("pulumi", "preview", "--expect-no-changes")
    stack.run("pulumi", "destroy", "--yes", "--skip-preview")
    with psycopg.connect(url) as connection:
        assert one(connection, "select count(*) from shop.notes") == 0
