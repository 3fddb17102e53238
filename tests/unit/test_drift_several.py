"""A list of databases, and what is told of several."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import jsonschema
import pytest

from supaschema.command.cli import main
from supaschema.command.drift_of_all import code_of
from supaschema.core.errors import DeclarationError
from supaschema.database.dsn import without_place
from supaschema.database.out_of_reach import cause
from supaschema.drift import databases, several_told, written
from supaschema.drift.model import Finding, Level, Result, Topic
from supaschema.drift.several import Told, compared

SCHEMA = Path(written.__file__).with_name("drift.schema.json")
CHANGED = Finding(Topic.CHANGED, "column", "public.notes.a|</summary>", '["column", "public", "notes", "a"]')
BLIND = Finding(Topic.UNTOLD, "bucket", "files", '["bucket", "files"]')
PASSWORD = "hunter2-of-nobody"


def result(*findings: Finding) -> Result:
    return Result("app", "schema_auditor", 17, ("prod::app",), 9, findings)


def told(name: str, *findings: Finding) -> Told:
    return Told(name, result(*findings))


DEAD = Told("dead", why="it cannot be reached")
ALL = (told("a|b"), told("differs", CHANGED, BLIND), told("blind", BLIND), DEAD)


def test_a_list_names_variables_and_urls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "databases.toml"
    path.write_text(
        '[[database]]\nname = "a"\nvariable = "URL_OF_A"\naccepted = "a.json"\n'
        '[[database]]\nname = "b"\nurl = "postgresql://auditor@db.example.org/app"\n'
        '[[database]]\nname = "c"\nvariable = "URL_OF_C"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("URL_OF_A", "postgresql://auditor@a/app")

    a, b, c = databases.read(path)

    assert (a.url, a.accepted) == ("postgresql://auditor@a/app", tmp_path / "a.json")
    assert (b.url, b.accepted) == ("postgresql://auditor@db.example.org/app", None)
    assert (c.url, c.why) == (None, "the variable URL_OF_C is not set")
    assert "@" not in repr((a, b, c))


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "[[database]",
        f'[[database]]\nname = "a"\nurl = "postgresql://a:{PASSWORD}@b/c',
        "database = 1",
        "database = [1]",
        '[[database]]\nname = "a"\nvariable = "A"\n[[other]]\nname = "b"',
        '[[database]]\nvariable = "A"',
        '[[database]]\nname = "a"',
        '[[database]]\nname = "a"\nvariable = ["A"]',
        '[[database]]\nname = "a"\nvariable = "A"\nurl = "postgresql://a@b/c"',
        f'[[database]]\nname = "a"\n"{PASSWORD}" = "A"',
        f'[[database]]\nname = "a"\nurl = "postgresql://a:{PASSWORD}@b/c"',
        f'[[database]]\nname = "a"\nurl = "host=b password={PASSWORD}"',
        f'[[database]]\nname = "a"\nurl = "postgresql://a:{PASSWORD}@@b/c"',
        '[[database]]\nname = "a"\nvariable = "A"\n[[database]]\nname = "a"\nvariable = "B"',
    ],
)
def test_what_is_no_list_is_refused_and_no_password_repeated(tmp_path: Path, odd: str) -> None:
    path = tmp_path / "databases.toml"
    path.write_text(odd, encoding="utf-8")

    with pytest.raises(DeclarationError) as refused:
        databases.read(path)
    assert PASSWORD not in str(refused.value)


def test_json_is_as_its_schema_says_and_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(several_told.text(ALL), encoding="utf-8")

    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert several_told.read(path) == {each.name: each.result for each in ALL}
    path.write_text(written.text(result()), encoding="utf-8")
    with pytest.raises(DeclarationError):
        several_told.read(path)


def test_what_could_not_be_told_never_looks_like_nothing() -> None:
    assert [code_of(ALL[:count]) for count in (1, 2, 4)] == [0, 2, 2]
    assert [code_of(each) for each in (ALL[2:3], ALL[3:])] == [1, 1]
    reported = told("a", dataclasses.replace(CHANGED, level=Level.REPORT))
    assert code_of((reported,)) == 0


def test_the_summary_is_first_and_then_what_differs() -> None:
    found = [*several_told.lines(ALL)]

    assert found[0] == "4 databases: 1 clean, 1 drift, 2 could not tell"
    assert [row.strip() for row in found[1:5]] == [
        "a|b      clean: 9 managed objects of prod::app",
        "differs  drift 2: 1 changed, 1 could not tell",
        "blind    could not tell: 1 could not tell",
        "dead     could not tell: it cannot be reached",
    ]
    assert found[5] == "differs:"
    shown = several_told.as_markdown(ALL)
    assert "| a\\|b |" in shown
    assert "</summary>|" not in shown
    many = several_told.as_markdown([dataclasses.replace(ALL[1], name=str(number)) for number in range(2000)])
    assert len(many) <= 65_536
    assert "More is left out" in many


def test_each_is_compared_with_what_was_found_under_its_name() -> None:
    before = {"differs": result(), "dead": None, "blind": None}
    moved = dataclasses.replace(result(CHANGED), database="other")

    a, differs, blind, dead = compared(ALL, before)
    (other,) = compared(ALL[1:2], {"differs": moved})

    assert (a.since and a.since.new, dead.since) == ((), None)
    assert differs.since is not None and differs.since.new == (CHANGED,)  # noqa: PT018 - for the type
    assert other.since is not None and other.since.new == (CHANGED,)  # noqa: PT018 - for the type
    assert blind.since is not None


@pytest.mark.parametrize(
    "what",
    [
        'the database cannot be reached: connection to "db.example.org" (10.0.0.7) failed: Connection refused',
        'the database cannot be reached: failed to resolve host "db.example.org": Name or service not known',
        'no encrypted connection comes about: certificate for "db.example.org" does not match host name 10.0.0.7',
        "die Verbindung zum Server auf »db.example.org« (10.0.0.7) ist fehlgeschlagen",
    ],
)
def test_no_cause_tells_where_a_database_is(what: str) -> None:
    assert "example" not in cause(what)
    assert "10.0.0.7" not in cause(what)


def test_neither_host_nor_password_is_left_in_what_the_server_says() -> None:
    url = f"postgresql://a:{PASSWORD}@db.example.org/c"

    assert without_place(f'server "db.example.org" took {PASSWORD}', url) == 'server "[secret]" took [secret]'


@pytest.mark.parametrize(
    "asked",
    [
        ["--accept", "a.json"],
        ["--accepted", "a.json"],
        ["--format", "junit"],
        ["--format", "sarif"],
        ["--output", "none/result.json"],
    ],
)
def test_what_makes_no_sense_of_several_is_told_before_any_is_asked(asked: list[str], capsys) -> None:
    assert main(["drift", "--all", "databases.toml", *asked]) == 1
    assert "supaschema: " in capsys.readouterr().err
    assert main(["drift", "--all", "none.toml"]) == 3
