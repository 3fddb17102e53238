"""`supaschema diff` between databases of the corpus: what it writes or runs makes the one like the other."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import psycopg
import pytest
from psycopg import sql

from harness.cases import CORPUS, Case
from harness.dump import differences, dump
from harness.sides import Maker, Side
from localdb import platform
from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.comparison import model
from supaschema.core.model import Hazard
from supaschema.database.connect import Database
from supaschema.database.settings import Settings
from supaschema.portable.model import save
from supaschema.portable.take import taken
from supaschema.registry import KINDS

CASES = (
    "column/goes_with_values",
    "column/generated_expression",
    "constraint/foreign_key_comes",
    "dependents/function_argument_names_under_everything",
    "dependents/rule_disabled_under_type",
    "dependents/statistics_stay",
    "domain/comes_and_goes",
    "function/overloaded",
    "grants/handed_on",
    "index/operator_class_parameter",
    "materialized_view/comes_with_all_it_has",
    "policy/tables_read_each_other",
    "schema/quoted_name",
    "sequence/owned_comes_with_its_table",
    "table/partitions_of_partitions",
    "trigger/constraint",
    "view/column_in_the_middle",
)
SCHEMA = json.loads(Path(model.__file__).with_name("diff.schema.json").read_text(encoding="utf-8"))
OF_THE_PLATFORM = {"event", "default", "publication", "setting"}
ALLOWED = [word for hazard in Hazard if hazard.needs_consent for word in ("--allow", hazard.value)]


class Told:
    """Runs the command; remembers all that it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.all = ""

    def __call__(self, *arguments: object) -> tuple[Exit, str]:
        code = main(["diff", *map(str, arguments)])
        said = self._capsys.readouterr()
        self.all += said.out + said.err
        return Exit(code), said.out + said.err

    def json(self, *arguments: object) -> tuple[Exit, dict[str, Any]]:
        code, said = self(*arguments, "--json")
        found = json.loads(said)
        jsonschema.validate(found, SCHEMA)
        return code, found


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    monkeypatch.delenv("SUPASCHEMA_SCRATCH_URL", raising=False)
    return Told(capsys)


@pytest.fixture(scope="module")
def scratch(maker: Maker) -> Iterator[str]:
    """The URL of an empty database, of which copies are made."""
    name = "diff_scratch"
    with psycopg.connect(maker.server.superuser_url, autocommit=True) as connection:
        parts = map(sql.Identifier, (name, platform.OWNER, maker.template))
        connection.execute(sql.SQL("create database {} owner {} template {}").format(*parts))
    yield platform.database_url(maker.template_url, name)
    platform.drop_database(maker.server.superuser_url, name)


@pytest.fixture
def sides(request: pytest.FixtureRequest, maker: Maker) -> Iterator[tuple[Side, Side]]:
    """The two databases of a case."""
    names = ("diff_a", "diff_b")
    case = Case(request.param)
    if maker.server.major < case.since:
        pytest.skip(f"its SQL needs PostgreSQL {case.since}")
    try:
        made = [maker.side(case, side, name) for side, name in zip("ab", names, strict=True)]
        for side in made:
            side.engine.close()
        yield made[0], made[1]
    finally:
        for name in names:
            maker.drop(name)


def snapshot(side: Side, file: Path) -> Path:
    database = Database(Settings(side.url))
    try:
        save(taken(database, KINDS), file)
    finally:
        database.close()
    return file


def run_script(maker: Maker, side: Side, text: str) -> None:
    command = [str(maker.server.binaries / "psql"), "--no-psqlrc", "--quiet", "--file=-", side.url]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def faults(maker: Maker, changed: Side, target: Side) -> list[str]:
    return list(differences(target.dump, dump(maker.server.binaries, changed.superuser_url), changed.dump))


@pytest.mark.parametrize("sides", CASES, indirect=True)
def test_one_is_made_like_the_other_and_back(
    sides: tuple[Side, Side], maker: Maker, told: Told, tmp_path: Path
) -> None:
    one, other = sides
    before = snapshot(one, tmp_path / "before.json.gz")

    code, there = told.json(one.url, other.url, *ALLOWED)
    assert (code, there["verdict"], there["refused"]) == (Exit.FINDINGS, "differs", None)
    code, done = told.json(one.url, other.url, "--apply", *ALLOWED)
    assert (code, done["applied"], done["plan"]["steps"]) == (Exit.DONE, True, there["plan"]["steps"])
    assert faults(maker, one, other) == []
    assert told(one.url, other.url)[0] is Exit.DONE

    code, script = told(other.url, before, "--sql")
    assert code is Exit.FINDINGS
    run_script(maker, other, script)
    assert faults(maker, other, one) == []
    code, again = told.json(other.url, before)
    # A file does not have what tells of the platform's event triggers whether they are the same.
    assert (code, again["verdict"], again["plan"]["steps"], again["lone"]) == (Exit.FAILED, "unknown", [], [])
    assert {item["name"].split(" ")[0] for item in again["untold"]} <= OF_THE_PLATFORM
    assert maker.server.postgres_password not in told.all
