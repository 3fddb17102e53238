"""A database made by hand: what is exported of it takes it over without a statement, and makes its like elsewhere."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import pytest

from harness.dump import differences, dump
from localdb import platform
from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from tests.fixtures.postgres import Database, Server, create
from tests.support.declared import statements
from tests.support.pulumi import ROOT, Stack, previewed, written_stack

MADE = Path(__file__).parents[1] / "support" / "exported.sql"
MANY: LiteralString = """
    create schema many;
    do $$ begin
      for i in 1 .. 30 loop
        execute format('create table many.t%s (id bigint generated always as identity primary key, parent bigint %s,
                          name text not null, made_at timestamptz not null default now())', i,
                       case when i > 1 then format('references many.t%s', i / 2 + 1) end);
        execute format('create index t%s_name on many.t%s (name)', i, i);
        execute format('alter table many.t%s enable row level security', i);
      end loop;
    end $$;
"""
"""Thirty tables, each of which refers to another one, or to itself."""
MINUTES = 5
"""How long it may take to take such a database over."""
SCHEMAS = ("shop", 'Weird "one"', "many")
LEFT = {"not modelled, and left as it is: rule nothing on table shop.teams."}
NOT_THERE = ["missing: teams nothing; Type: RULE; Schema: shop; Owner: postgres"]
"""What of it is not declared, and so not made elsewhere."""


@pytest.fixture(scope="module")
def source(server: Server) -> Iterator[Database]:
    """The database."""
    database = create(server, "export_source")
    with database.connect() as owner:
        owner.execute(MADE.read_bytes())
        owner.execute(MANY)
    yield database
    platform.drop_database(server.superuser_url, database.name)


@pytest.fixture(scope="module")
def target(server: Server) -> Iterator[Database]:
    """A database without them."""
    database = create(server, "export_target")
    yield database
    platform.drop_database(server.superuser_url, database.name)


@pytest.fixture(scope="module")
def stack(source: Database, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The program that the command writes for the source, and a stack of it for that."""
    folder = tmp_path_factory.mktemp("exported") / "shop"
    chosen = [word for name in SCHEMAS for word in ("--schema", name)]
    assert main(["export", source.url, *chosen, "--out", str(folder)]) == Exit.DONE
    return written_stack(folder, source.url)


def test_a_database_is_taken_over_in_one_command_that_runs_no_statement(stack: Stack, source: Database) -> None:
    begun = time.monotonic()
    shown = previewed(stack.run("preview", "--json"))
    assert len(shown.operations) > 80
    told = {report.strip() for report in shown.reports.values()}
    assert told - LEFT == {"Nothing to run: the database holds it already; it is adopted."}
    stack.up()
    assert time.monotonic() - begun < MINUTES * 60

    with source.connect_superuser() as watcher:
        assert statements(watcher) == 0
    assert stack.clean()


def test_an_empty_database_becomes_its_like(stack: Stack, source: Database, target: Database, server: Server) -> None:
    other = stack.having(SUPASCHEMA_DATABASE_URL=target.url).sibling("elsewhere")

    other.up()

    found = [dump(server.binaries, it.superuser_url) for it in (source, target)]
    assert differences(found[0], found[1], {}) == NOT_THERE


def test_what_is_written_is_formatted_and_typed(stack: Stack) -> None:
    folder, tools = stack.directory, ROOT / ".venv" / "bin"
    files = ["__main__.py", "schemas"]
    environment = {**stack.environment, "MYPYPATH": str(ROOT / "supaschema" / "src")}
    for command in (
        ("ruff", "format", "--isolated", "--check"),
        ("ruff", "check", "--isolated"),
        ("mypy", "--strict", "--follow-imports=silent", "--cache-dir", str(folder / "cache")),
    ):
        line = [str(tools / command[0]), *command[1:], *files]
        done = subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_written_over(stack: Stack, source: Database, capsys: pytest.CaptureFixture[str]) -> None:
    program = (stack.directory / "__main__.py").read_text(encoding="utf-8")
    assert main(["export", source.url, "--out", str(stack.directory)]) == Exit.FAILED
    assert "nothing was written" in capsys.readouterr().err
    assert (stack.directory / "__main__.py").read_text(encoding="utf-8") == program
