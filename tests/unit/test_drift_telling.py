"""A result of a sweep as it is told: to people, to programs, and since an earlier one."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from psycopg import sql

from supaschema.command import drift
from supaschema.command.drift import code_of
from supaschema.core.errors import DeclarationError, PreconditionError, SupaschemaError
from supaschema.core.model import Hazard, HazardNote, Statement
from supaschema.core.secret_texts import Secrets
from supaschema.database.connect import Database
from supaschema.database.settings import Settings
from supaschema.drift import accepted, repair, rules, text, written
from supaschema.drift.junit import junit
from supaschema.drift.markdown import markdown
from supaschema.drift.model import Finding, Level, Property, Result, Topic
from supaschema.drift.sarif import sarif
from supaschema.drift.since import since

SCHEMA = Path(written.__file__).with_name("drift.schema.json")
URN = "urn:pulumi:prod::app::supaschema:index:Table::notes"
CHANGED = Finding(
    Topic.CHANGED,
    "column",
    "public.notes.title",
    '["column", "public", "notes", "title"]',
    resource=URN,
    properties=(Property("type", "text", "integer"), Property("default", None, "'x'")),
    repair=('alter table "public"."notes" alter "title" type text;',),
)
OPENED = Finding(
    Topic.UNMANAGED,
    "policy",
    "public.notes.a</summary>`|\x1b[31m\n::error::b",
    '["policy", "public", "notes", "b"]',
    why="on public.notes @everybody #1",
    definition={"roles": ["anon"], "using": "true"},
    access=("anon: select on table public.notes",),
    repair=('drop policy "b" on "public"."notes";',),
    adopt="Policy(name='b')",
)
BLIND = Finding(Topic.UNTOLD, "bucket", "files", '["bucket", "files"]', why="this role is not shown the rows")


def result(*findings: Finding) -> Result:
    return Result("app", "schema_auditor", 17, ("prod::app",), 9, findings, ("2 partitions of public.logs",))


def at(item: Finding, level: Level) -> Finding:
    return dataclasses.replace(item, level=level)


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ((), 0),
        ((CHANGED,), 2),
        ((CHANGED, BLIND), 2),
        ((BLIND,), 1),
        ((at(CHANGED, Level.REPORT),), 0),
        ((at(CHANGED, Level.IGNORE), BLIND), 1),
        ((at(BLIND, Level.IGNORE),), 0),
    ],
)
def test_what_could_not_be_told_never_looks_like_nothing(findings: tuple[Finding, ...], code: int) -> None:
    assert code_of(result(*findings)) == code


def test_json_is_as_its_schema_says_and_is_read_again(tmp_path: Path) -> None:
    found = result(CHANGED, at(OPENED, Level.REPORT), BLIND)
    path = tmp_path / "result.json"
    path.write_text(written.text(found, since(result(CHANGED), found)), encoding="utf-8")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), schema)
    assert written.read(path) == found


def test_what_is_no_result_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    for odd in ("", "[]", '{"version": 1}', '{"version": 2, "findings": []}'):
        path.write_text(odd, encoding="utf-8")
        with pytest.raises(DeclarationError):
            written.read(path)


def test_nothing_of_a_name_does_anything_where_it_is_told() -> None:
    found = result(CHANGED, OPENED, BLIND)

    told = markdown(found)
    assert "\x1b" not in told
    assert "a</summary>" not in told
    assert "\n::error::" not in told
    assert not re.search(r"@\w|#\d|://", re.sub(r"<code>.*?</code>|```.*?```", "", told, flags=re.DOTALL))
    assert len(ET.fromstring(junit(found)).findall("testsuite/testcase/failure")) == 2  # noqa: S314 - our own
    assert [item["level"] for item in json.loads(sarif(found))["runs"][0]["results"]] == ["error", "error", "warning"]


def test_a_clean_sweep_is_no_empty_file() -> None:
    cases = ET.fromstring(junit(result())).findall("testsuite/testcase")  # noqa: S314 - our own

    assert len(cases) == len(Topic)
    assert not [case for case in cases if len(case)]


def test_what_is_too_long_is_left_out_and_that_is_said() -> None:
    told = markdown(result(*(dataclasses.replace(OPENED, key=str(number)) for number in range(2000))))

    assert len(told) <= 65_536
    assert "More is left out" in told


def test_one_that_is_long_hides_none_that_comes_after_it() -> None:
    long = dataclasses.replace(OPENED, key="long", access=("x" * 70_000,))

    told = markdown(result(long, dataclasses.replace(OPENED, name="public.after")))

    assert "public.after" in told
    assert len(told) < 10_000


def test_since_tells_transitions_and_what_could_not_be_looked_at() -> None:
    before = result(
        CHANGED, OPENED, dataclasses.replace(CHANGED, key="gone"), dataclasses.replace(OPENED, key=BLIND.key)
    )
    worse = dataclasses.replace(CHANGED, properties=(Property("type", "text", "bigint"),))

    found = since(before, result(worse, OPENED, BLIND))

    assert found.new == (worse,)
    assert found.still == (OPENED,)
    assert [item.key for item in found.resolved] == ["gone"]
    assert [item.key for item in found.untold] == [BLIND.key]


_RULES = """
[[rule]]
object = "column public.*"
level = "report"
reason = "While the reports are rebuilt."
until = 2027-01-31
[[rule]]
object = "column public.notes.title"
stack = "prod"
list = "changed"
level = "ignore"
reason = "It is meant."
"""


def test_the_last_rule_that_fits_holds_while_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(_RULES, encoding="utf-8")
    found = rules.read(path)
    early, late = datetime.date(2027, 1, 31), datetime.date(2027, 2, 1)

    def level(item: Finding, stack: str, day: datetime.date) -> Level:
        return rules.applied(item, found, (f"{stack}::app",), day).level

    missing = dataclasses.replace(CHANGED, topic=Topic.MISSING)
    assert level(CHANGED, "prod", early) is Level.IGNORE
    assert level(CHANGED, "staging", early) is Level.REPORT
    assert level(CHANGED, "staging", late) is Level.FAIL
    assert level(missing, "prod", early) is Level.REPORT
    assert level(OPENED, "prod", early) is Level.FAIL


@pytest.mark.parametrize(
    "odd",
    [
        "[[rule]]",
        "rule = 1",
        'other = "x"',
        "rule = [1]",
        '[[rule]]\nobject = "*"\nlevel = ["ignore"]\nreason = "x"',
        '[[rule]]\nobject = "*"\nlevel = "ignore"\nreason = "x"\nlist = ["changed"]',
        '[[rule]]\nobject = "*"\nlevel = "ignore"\nreason = "x"\nlist = {a = 1}',
        '[[rule]]\nobject = "*"\nlevel = "ignore"\nreason = "x"\nstack = 5',
        '[[rule]]\nobject = "*"\nlevel = "ignore"\nreason = "x"\nstack = ["prod"]',
        '[[rule]]\nobject = "*"\nlevel = "never"\nreason = "x"',
        '[[rule]]\nobject = "*"\nlevel = "ignore"\nreason = " "',
        '[[rule]]\nobject = "*"\nlevel = "ignore"\nreason = "x"\nuntil = "2027-01-31"',
        '[[rule]]\nobject = "*"\nlevel = "ignore"\nreason = "x"\nlist = "all"',
        '[[rule]]\nobject = "*"\nlevel = "ignore"\nreason = "x"\nwhy = "y"',
    ],
)
def test_what_is_no_rule_is_refused(tmp_path: Path, odd: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(odd, encoding="utf-8")

    with pytest.raises(DeclarationError):
        rules.read(path)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (["--accept", "none/accepted.json"], "there is no folder"),
        (["--output", "none/result.json"], "there is no folder"),
        (["--output", "."], "cannot be written"),
        (["--accept", "accepted.json", "--format", "json"], "--format would do nothing"),
        (["--accept", "accepted.json", "--output", "result.json"], "--output would do nothing"),
        (["--accept", "accepted.json", "--since", "result.json"], "--since would do nothing"),
        (["--accept", "accepted.json", "--repair"], "--repair would do nothing"),
        (["--accept", "accepted.json", "--adopt", "new.py"], "--adopt would do nothing"),
        (["--repair", "--format", "json"], "--format json has no place for it"),
        (["--adopt", "."], "is not written over"),
        (["--format", "junit", "--since", "result.json"], "no place for what is new"),
    ],
)
def test_what_cannot_be_done_is_told_before_the_database_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str], why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    parser = argparse.ArgumentParser()
    drift.arguments(parser)

    with pytest.raises(SupaschemaError, match=why):
        drift.run(parser.parse_args(asked), Database(Settings("postgresql://nobody@127.0.0.1:1/none")))


@pytest.mark.parametrize("other", [{"database": "other"}, {"stacks": ("staging::app",)}])
def test_a_result_of_another_database_is_not_compared(other: dict[str, Any]) -> None:
    with pytest.raises(PreconditionError, match="the earlier result is of"):
        since(dataclasses.replace(result(CHANGED), **other), result())


def test_another_stack_in_the_same_database_is_compared() -> None:
    more = dataclasses.replace(result(CHANGED), stacks=("prod::app", "prod::more"))

    assert since(result(CHANGED), more).still == (CHANGED,)


def test_a_repair_of_several_lines_is_told_in_as_many() -> None:
    item = dataclasses.replace(CHANGED, repair=("create view v as\n select 1;", "drop view w;"))

    told = [it for it in text.lines(result(item)) if "select" in it or "repair" in it]
    assert told == ["      repair: create view v as", "               select 1;", "      repair: drop view w;"]


def test_a_line_end_in_a_name_ends_no_comment() -> None:
    note = HazardNote(Hazard.DELETES_DATA, "Table public.a\ndrop table b; loses its rows.")

    told = [*repair._told([Statement(sql.SQL("drop table c"), hazards=(note,))], Secrets())]
    assert [it for it in "\n".join(told).split("\n") if not it.startswith("--")] == ["drop table c;"]


@pytest.mark.parametrize(
    "odd",
    [
        {"object": "bucket files", "title": "x", "definition": {}},
        {"object": '"bucket"', "title": "x", "definition": {}},
        {"object": '["bucket"]', "title": "x", "definition": {}},
        {"object": '["bucket", 5]', "title": "x", "definition": {}},
        {"object": "[]", "title": "x", "definition": {}},
        {"object": 5, "title": "x", "definition": {}},
        {"object": '["bucket", "files"]', "title": 5, "definition": {}},
        {"object": '["bucket", "files"]', "title": "x", "definition": []},
        {"object": '["bucket", "files"]', "title": "x", "definition": {}, "seal": 5},
        {"object": '["bucket", "files"]', "title": "x", "definition": {}, "role": []},
        5,
    ],
)
def test_what_accepts_nothing_is_refused_where_it_is_read(tmp_path: Path, odd: object) -> None:
    path = tmp_path / "accepted.json"
    path.write_text(json.dumps({"version": 1, "properties": {}, "accepted": [odd]}), encoding="utf-8")

    with pytest.raises(DeclarationError, match="does not say what is accepted"):
        accepted.read(path)
