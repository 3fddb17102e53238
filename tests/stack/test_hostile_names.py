"""Names and texts of a database or a program steer neither a terminal nor a build's log."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pytest
from psycopg import sql

from connectors import security
from supaschema.command.cli import main
from supaschema.declarations import (
    Check,
    Column,
    CronJob,
    Function,
    Policy,
    PolicyCommand,
    TablePatch,
    Trigger,
    TriggerEvent,
    View,
)
from tests.fixtures.postgres import Database
from tests.support.pulumi import Declared, Stack, said
from tests.support.sessions import Connection

ODD = "a\n::error::b\x1b[31m\u202ec\x9b2J\u2028##[error]d"
STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
NAMED = (
    Declared("column", TablePatch(table="odd" + ODD, columns=(Column(name=ODD, type="text", comment=ODD),))),
    Declared("check", TablePatch(table="users", checks=(Check(name=ODD, expression="true"),))),
    Declared("view", View(name=ODD, query=f"select '{ODD}'\n\t::text as said")),
    Declared("function", Function(name=ODD, returns="text", body=f"/*\n::error::x\n*/ begin\n  return '{ODD}';\nend")),
    Declared(
        "policy",
        Policy(name=ODD, table="jobs", command=PolicyCommand.SELECT, to=("authenticated",), using="id is null"),
    ),
    Declared("job", CronJob(name=ODD, schedule="1 1 * * *", command=f"select '{ODD}'")),
)


def steering(text: str) -> list[str]:
    """Return the lines of a text that hold what steers a terminal or a build."""
    return [
        line
        for line in text.replace("\t", " ").split("\n")
        if any(unicodedata.category(character) in STEERING for character in line)
        or re.match(r"\s*::[\w-]+.*::", line)
        or "##[" in line
    ]


def ours(text: str) -> str:
    """Return what the provider said: reports and errors, without the properties that the engine shows itself."""
    reports = [part for part in text.split("\n\n") if "SQL:" in part]
    return "\n".join([*reports, *(line for line in text.split("\n") if "error:" in line or "warning:" in line)])


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    """A session of the database's owner, with a table of an odd name."""
    with database.connect() as connection:
        name = sql.Identifier("odd" + ODD)
        connection.execute(sql.SQL("create table {} (id uuid primary key)").format(name))
        yield connection


def test_a_report_of_odd_names_steers_nothing(objects: Stack, owner: Connection) -> None:
    objects.declare(*NAMED)

    told = said(objects.run("preview", "--diff"))

    report = told[told.index("Resources:") :]
    assert report.count("SQL:") == len(NAMED)
    assert steering(report) == []
    assert steering(ours(said(objects.run("preview")))) == []


@pytest.mark.long
def test_an_error_of_an_odd_name_is_a_line_that_steers_nothing(objects: Stack, owner: Connection) -> None:
    objects.declare(
        Declared("one", TablePatch(table="absent" + ODD, columns=(Column(name="x", type="text"),))),
        Declared("two", View(name="two", query=f"select '{ODD}'\n::error::x('\n\x1b[2J")),
        Declared("three", Trigger(name=ODD, table="users", events=(TriggerEvent.INSERT,), function=f"public.{ODD}")),
    )

    for run in (
        objects.run("preview", ok=False),
        objects.run("up", "--yes", "--skip-preview", "--continue-on-error", ok=False),
    ):
        diagnostics = said(run)[said(run).index("Diagnostics:") :]
        assert "absent" in diagnostics or "two" in diagnostics
        assert steering(diagnostics) == []


def test_commands_that_list_odd_names_steer_nothing(
    objects: Stack,
    database: Database,
    owner: Connection,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    objects.declare(*NAMED)
    objects.up()
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", database.url)
    owner.execute("insert into supaschema_archive.columns (relation, column_name) values (%s, %s)", [ODD, ODD])
    owner.execute("update supaschema.objects set urn = urn || %s", ["::" + ODD])

    for command in (
        ["status"],
        ["claim", "--from", ODD],
        ["move", "--from", "urn:pulumi:a::b::c::d", "--to", "urn:pulumi:a::b::c::e"],
    ):
        main(command)
        told = capsys.readouterr()
        assert steering(told.out + told.err) == []
    assert security.main([]) == 2
    found = capsys.readouterr().out
    assert "\\x1b[31m" in found
    assert steering(found) == []


def test_the_engine_shows_raw_lines_of_a_changed_text_alone(objects: Stack, owner: Connection) -> None:
    """They begin with its own marks; docs/secrets.md says so. If it escapes them too, change the page."""
    objects.declare(NAMED[2], NAMED[3])
    objects.up()
    changed = Function(name=ODD, returns="text", body=f"/*\n::error::y {ODD}\n*/ begin\n  return '{ODD}';\nend")
    objects.declare(NAMED[2], Declared("function", changed))

    shown = said(objects.run("preview", "--diff")).partition("Resources:")[0].split("\n")

    raw = [line for line in shown if "\x1b" in line]
    assert raw
    assert all(line.lstrip().startswith(("+", "-")) for line in raw)
    assert not [line for line in shown if line.lstrip().startswith("::")]
    objects.up()
    assert objects.clean()
