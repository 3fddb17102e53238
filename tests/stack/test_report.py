"""What a reviewer is told of a change before it is deployed: by the real engine, of a real database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from supaschema.declarations import Column, PrimaryKey, Table, View
from supaschema.review.markdown import markdown
from supaschema.review.model import Report
from supaschema.review.page import page
from tests.fixtures.postgres import Database, MakeDatabase, Server
from tests.stack.test_secret_inputs import ALL, PLANTED, PROGRAM, WORD
from tests.support.planted import typed
from tests.support.pulumi import Declared, Finished, Stack, object_stack

ID = Column(name="id", type="uuid", nullable=False)
NOTES = Table(
    name="notes",
    columns=(ID, Column(name="title", type="text"), Column(name="text", type="text")),
    primary_key=PrimaryKey(columns=("id",)),
)
OLD = msgspec.structs.replace(NOTES, name="old_notes")
LATEST = View(name="latest", query="select id, title from public.notes")


def report(stack: Stack, *arguments: str) -> Finished:
    """Run the command in the stack's folder."""
    command = [sys.executable, "-m", "supaschema", "report", "--stack", stack.name, *arguments]
    done = subprocess.run(
        command, cwd=stack.directory, env=dict(stack.environment), capture_output=True, text=True, check=False
    )
    return Finished(tuple(arguments), done.returncode, done.stdout, done.stderr)


def changes(done: Finished) -> dict[str, dict[str, Any]]:
    """Return the changes that a report in JSON has, by the resource's name."""
    (stack,) = json.loads(done.stdout)["stacks"]
    return {change["urn"].rsplit("::", 1)[-1]: change for change in stack["changes"]}


@pytest.mark.long
def test_a_change_from_the_first_report_to_the_last(objects: Stack, database: Database) -> None:
    first = (Declared("notes", NOTES), Declared("old", OLD), Declared("latest", LATEST, after=("notes",)))
    objects.declare(*first)
    new = report(objects)
    assert new.returncode == 0, new.stderr
    assert "**Ready to apply**" in new.stdout
    objects.up()
    assert report(objects).stdout == "### Schema of `test`\n\n⚪ **Nothing changes** in the database.\n"

    with database.connect() as connection:
        for table in ("notes", "old_notes"):
            connection.execute(
                f"insert into {table} select gen_random_uuid(), 'a', 'b' from generate_series(1, 9)".encode()
            )
    fewer = msgspec.structs.replace(NOTES, columns=NOTES.columns[:2])
    objects.declare(Declared("notes", fewer), Declared("latest", LATEST, after=("notes",)))
    told = report(objects, "--format", "json")
    assert told.returncode == 2
    found = changes(told)
    assert {name: change["operation"] for name, change in found.items()} == {"notes": "update", "old": "delete"}
    assert found["notes"]["plan"]["relations"]["public.notes"]["bytes"] > 0
    risks = {name: _risks(change) for name, change in found.items()}
    assert risks["notes"] == {("TAKES_DATA_OUT_OF_USE", True)}
    assert risks["old"] == {("TAKES_DATA_OUT_OF_USE", True)}

    # What was refused is allowed, and then the report says what `up` runs.
    hazards = [{"hazard": "TAKES_DATA_OUT_OF_USE"}]
    objects.declare(Declared("notes", fewer), Declared("latest", LATEST, after=("notes",)), allow_hazards=hazards)
    allowed = report(objects, "--format", "json")
    assert allowed.returncode == 0, allowed.stderr
    told_before = [str(step["sql"]) for change in changes(allowed).values() for step in change["plan"]["steps"]]
    with database.connect() as connection:
        (last,) = connection.execute("select max(id) from supaschema.history").fetchone() or (0,)
    objects.up()
    with database.connect() as connection:
        ran = connection.execute("select statement from supaschema.history where id > %s order by id", [last])
        assert sorted(str(statement) for (statement,) in ran) == sorted(told_before)


@pytest.mark.long
def test_what_is_replaced_goes_first_and_consents_hold_for_what_goes(objects: Stack, database: Database) -> None:
    hazards = [{"hazard": "TAKES_DATA_OUT_OF_USE", "resource": "gone"}]
    gone = msgspec.structs.replace(NOTES, name="gone_notes")
    objects.declare(Declared("notes", NOTES), Declared("gone", gone), allow_hazards=hazards)
    objects.up()
    with database.connect() as connection:
        for table in ("notes", "gone_notes"):
            connection.execute(f"insert into {table} select gen_random_uuid()".encode())
    later = msgspec.structs.replace(NOTES, name="later_notes")
    objects.declare(Declared("notes", later), allow_hazards=hazards)
    done = report(objects, "--format", "json")
    found = changes(done)
    assert {name: change["operation"] for name, change in found.items()} == {"notes": "replace", "gone": "delete"}
    assert _risks(found["notes"]) == {("TAKES_DATA_OUT_OF_USE", True)}
    assert _risks(found["gone"]) == {("TAKES_DATA_OUT_OF_USE", False)}
    assert done.returncode == 2


@pytest.mark.long
def test_of_several_stacks_each_is_planned_on_its_own_database(
    objects: Stack, database: Database, make_database: MakeDatabase, server: Server
) -> None:
    objects.declare(Declared("notes", NOTES))
    objects.up()
    other = objects.sibling("other")
    refused = report(objects, "--stack", "other")
    assert refused.returncode == 1
    assert "stack test names no database" in refused.stderr

    for stack, url in ((objects, database.url), (other, make_database(server.default_privileges).url)):
        stack.run("config", "set", "--secret", "supaschema:databaseUrl", url)
    told = report(objects, "--stack", "other")
    assert told.returncode == 0, told.stderr
    assert "| `test` | ⚪ Nothing changes | 0 | 0 |" in told.stdout
    assert "| `other` | ✅ Ready to apply | 1 |" in told.stdout

    # What leaves the program is planned on the stack's own database too: only one of them has it.
    objects.declare()
    left = report(objects, "--stack", "other", "--format", "json")
    first, second = json.loads(left.stdout)["stacks"]
    assert [change["operation"] for change in first["changes"]] == ["delete"]
    assert first["changes"][0]["plan"]["steps"]
    assert second["verdict"] == "empty"


@pytest.mark.long
def test_a_preview_that_fails_is_a_report_too(objects: Stack) -> None:
    objects.declare(Declared("latest", View(name="latest", query="select id from public.nowhere")))
    done = report(objects)
    assert done.returncode == 2, done.stderr
    assert "**The preview fails**" in done.stdout
    assert "nowhere" in done.stdout


def _risks(change: dict[str, Any]) -> set[tuple[str, bool]]:
    return {(risk["hazard"], risk["refused"]) for step in change["plan"]["steps"] for risk in step["hazards"]}


@pytest.mark.long
def test_no_report_holds_a_secret(tmp_path: Path, database: Database) -> None:
    stack = object_stack(tmp_path / "project", database.url)
    typed(stack, "word", WORD)
    program = stack.directory / "program" / "__main__.py"
    program.write_text(PROGRAM.format(ALL), encoding="utf-8")
    made = report(stack, "--format", "json")
    assert made.returncode == 0, made.stdout + made.stderr
    stack.up()
    program.write_text(PROGRAM.format(""), encoding="utf-8")
    gone = report(stack, "--format", "json")
    assert "speak" in gone.stdout
    for done in (made, gone):
        # The other forms are made of the same values.
        found = msgspec.json.decode(done.stdout, type=Report)
        assert [PLANTED.inside(text) for text in (done.stdout, done.stderr, markdown(found), page(found))] == [[]] * 4
