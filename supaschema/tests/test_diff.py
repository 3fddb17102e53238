"""`supaschema diff` between databases of the corpus: what it writes or runs makes the one like the other."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import psycopg
import pytest
from psycopg import sql

from harness.cases import CORPUS, Case
from harness.dose import dosed
from harness.dump import differences, dump
from harness.sides import Maker, Side
from localdb import platform
from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.comparison import model
from supaschema.comparison.intent import URN
from supaschema.core.model import Hazard, ObjectId
from supaschema.core.secret_texts import MASK
from supaschema.database.connect import Database
from supaschema.database.settings import Settings
from supaschema.declarations import View
from supaschema.portable.model import save
from supaschema.portable.take import taken
from supaschema.registry import KINDS
from tests.support import objects
from tests.support.sessions import Connection

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
ALLOWED = [word for hazard in Hazard if hazard.needs_consent for word in ("--allow", hazard.value)]


class Told:
    """Runs the command; remembers all that it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.all = ""

    def __call__(self, *arguments: object) -> tuple[Exit, str]:
        """Return how it ended, and what it said."""
        code = main(["diff", *map(str, arguments)])
        said = self._capsys.readouterr()
        self.all += said.out + said.err
        return Exit(code), said.out + said.err

    def json(self, *arguments: object) -> tuple[Exit, dict[str, Any]]:
        """Return the same as the values that a program gets."""
        code, said = self(*arguments, "--json")
        assert said.startswith("{"), said
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
    if (lacking := maker.lacking(case)) is not None:
        pytest.skip(lacking)
    try:
        made = [maker.side(case, side, name) for side, name in zip("ab", names, strict=True)]
        for side in made:
            side.engine.close()
        yield made[0], made[1]
    finally:
        for name in names:
            maker.drop(name)


def snapshot(side: Side, file: Path) -> Path:
    return of_url(side.url, file)


def of_url(url: str, file: Path) -> Path:
    database = Database(Settings(url))
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


@pytest.mark.parametrize("sides", dosed(CASES, one_of=3), indirect=True)
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
    code, said = told(one.url, other.url)
    assert code is Exit.DONE, said

    code, script = told(other.url, before, "--sql")
    assert code is Exit.FINDINGS
    run_script(maker, other, script)
    assert faults(maker, other, one) == []
    code, again = told.json(other.url, before)
    # What the platform sets for roles has no hash in a file.
    assert (code, again["verdict"], again["plan"]["steps"], again["lone"]) == (Exit.FAILED, "unknown", [], [])
    assert {item["name"].split(" ")[0] for item in again["untold"]} == {"setting"}
    assert maker.server.postgres_password not in told.all


@pytest.mark.parametrize("sides", ["column/two_go"], indirect=True)
def test_values_that_a_script_archives_come_back(
    sides: tuple[Side, Side], maker: Maker, told: Told, scratch: str, tmp_path: Path
) -> None:
    one, other = sides
    before = snapshot(one, tmp_path / "before.json.gz")
    with one.superuser() as connection:
        rows = connection.execute("select to_jsonb(n) from app.notes n order by id").fetchall()

        run_script(maker, one, told(one.url, other.url, "--sql")[1])
        assert faults(maker, one, other) == []
        assert told(one.url, other.url)[0] is Exit.DONE
        told(one.url, before, "--apply", *ALLOWED)
        assert faults(maker, one, one) == []
        assert connection.execute("select to_jsonb(n) from app.notes n order by id").fetchall() == rows
    assert told(before, one.url, "--scratch", scratch, "--schema", "app")[0] is Exit.DONE
    assert told(before, other.url, "--scratch", scratch, "--schema", "app")[0] is Exit.FINDINGS


def test_a_file_is_a_side_as_a_database_is(told: Told, scratch: str, tmp_path: Path) -> None:
    case = CORPUS / "view/column_in_the_middle"
    folder = tmp_path / "schema"
    folder.mkdir()
    (folder / "1.sql").write_text("\\restrict x\n" + (case / "a.sql").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "2.sql").write_text("create table public.more (id bigint primary key);\n", encoding="utf-8")
    assert told(case / "a.sql", case / "b.sql")[0] is Exit.MISSING

    code, found = told.json(case / "a.sql", case / "b.sql", "--scratch", scratch)
    assert (code, found["verdict"], found["refused"]) == (Exit.FINDINGS, "differs", None)
    assert told(case / "a.sql", case / "a.sql", "--scratch", scratch)[0] is Exit.DONE
    code, found = told.json(case / "a.sql", folder, "--scratch", scratch, "--schema", "app")
    assert (code, found["plan"]["steps"]) == (Exit.DONE, [])
    code, found = told.json(folder, case / "a.sql", "--scratch", scratch, "--schema", "public")
    assert (code, {step["sql"].split(" ")[0] for step in found["plan"]["steps"]}) == (
        Exit.FINDINGS,
        {"drop", "lock", "do"},
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two databases with the platform alone, each by a connection of the role that deploys, and by its URL."""

    one: Connection
    other: Connection
    urls: tuple[str, str]


@pytest.fixture
def pair(maker: Maker) -> Iterator[Pair]:
    """Two databases of this test."""
    names = ("diff_one", "diff_other")
    urls = [platform.database_url(maker.template_url, name) for name in names]
    try:
        with psycopg.connect(maker.server.superuser_url, autocommit=True) as connection:
            for name in names:
                parts = map(sql.Identifier, (name, platform.OWNER, maker.template))
                connection.execute(sql.SQL("create database {} owner {} template {}").format(*parts))
        with psycopg.connect(urls[0], autocommit=True) as one, psycopg.connect(urls[1], autocommit=True) as other:
            yield Pair(one, other, (urls[0], urls[1]))
    finally:
        for name in names:
            maker.drop(name)


_PLACE = "create function place() returns bigint language internal window as 'window_rank'"
_ALIKE = "create foreign data wrapper alike options (debug 'a')"


@pytest.mark.parametrize(
    ("case", "verdict", "named"),
    [
        ((_PLACE, _PLACE), "same", []),
        ((_PLACE, "select"), "differs", [("function public.place()", "from")]),
        ((_PLACE, _PLACE.replace("rank", "row_number")), "differs", [("function public.place()", "both")]),
        ((_ALIKE, _ALIKE.replace("'a'", "'b'")), "unknown", [("foreign-data wrapper alike", "")]),
    ],
    ids=["the_same", "one_has_it", "another", "nothing_tells"],
)
def test_what_no_kind_models_is_named(  # noqa: PLR0917
    pair: Pair, maker: Maker, told: Told, case: tuple[str, str], verdict: str, named: list[Any]
) -> None:
    for text, database in zip(case, (pair.one, pair.other), strict=True):
        url = platform.database_url(maker.server.superuser_url, database.info.dbname)
        with psycopg.connect(url) as connection:
            connection.execute(text.encode())

    code, found = told.json(*pair.urls)

    assert (found["verdict"], found["plan"]["steps"]) == (verdict, [])
    assert code is {"same": Exit.DONE, "differs": Exit.FINDINGS, "unknown": Exit.FAILED}[verdict]
    said = [(item["name"], item["side"]) for item in found["lone"]] + [(item["name"], "") for item in found["untold"]]
    assert said == named
    assert told.json(*pair.urls, "--schema", "extensions", "--schema", "auth")[1]["verdict"] == "same"
    assert told(*pair.urls, "--schema", "elsewhere")[0] is Exit.MISSING


def test_it_is_applied_with_consent_and_to_nobody_elses_objects(
    pair: Pair, maker: Maker, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = pair.one
    one.execute("create table late (id int primary key); insert into late values (1)")
    from_, to = pair.urls
    monkeypatch.setenv("HERE", from_)
    monkeypatch.setenv("THERE", to)

    code, said = told("HERE", "THERE", "--apply")
    assert (code, "TAKES_DATA_OUT_OF_USE" in said) == (Exit.FINDINGS, True)
    assert one.execute("select count(*) from late").fetchone() == (1,)

    with objects.managed(from_) as program:
        program.apply(View(name="v", query="select 1 as n"))
    code, said = told("HERE", "THERE", "--apply", *ALLOWED)
    assert (code, "public.v: it is declared by" in said) == (Exit.MISSING, True)
    assert one.execute("select count(*) from late").fetchone() == (1,)

    one.execute("create schema other; create table other.late (id int primary key)")
    # As a run leaves it that was broken off.
    left = "insert into supaschema.objects (object, urn, made, server_major) values (%s, %s, true, %s)"
    one.execute(left, [ObjectId("table", ("other", "late")).key, URN, maker.server.major])
    code, said = told("HERE", "THERE", "--apply", "--schema", "other", *ALLOWED)
    assert (code, said.endswith("Applied.\nThe same.\n")) == (Exit.DONE, True)
    assert one.execute("select to_regnamespace('other'), to_regclass('public.v') is null").fetchone() == (None, False)
    assert told("HERE", "THERE", "--schema", "other")[0] is Exit.MISSING
    assert one.execute("select count(*) from supaschema.objects where urn = %s", [URN]).fetchone() == (0,)


def test_no_secret_is_told(
    pair: Pair, maker: Maker, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.other.execute("select cron.schedule('plain', '0 1 * * *', 'select 1')")
    pair.other.execute("select cron.schedule('nightly', '0 1 * * *', 'select call(''Bearer open-sesame'')')")
    from_, to = pair.urls
    wrong = from_.replace(maker.server.postgres_password, "wrong-password-of-mine")
    monkeypatch.setenv("WRONG", wrong)

    codes = [told(from_, to, *form)[0] for form in ((), ("--json",), ("--sql",))]
    assert codes == [Exit.FINDINGS] * 3
    assert "nightly" in told.all
    assert MASK in told.all
    refused = [wrong, "WRONG", wrong.replace("://", ":/"), f"{wrong}@/", f"x{wrong}"]
    assert {told(each, to)[0] for each in refused} == {Exit.FAILED, Exit.MISSING}
    assert {told(to, each)[0] for each in refused} == {Exit.FAILED, Exit.MISSING}
    code, found = told.json(to, of_url(to, tmp_path / "other.json.gz"))
    assert (code, found["plan"]["steps"], found["lone"]) == (Exit.FAILED, [], [])
    assert "cron job nightly" in {item["name"] for item in found["untold"]}
    code, _ = told(tmp_path, to, "--scratch", wrong)
    assert code in (Exit.FAILED, Exit.MISSING)
    for secret in ("open-sesame", "wrong-password-of-mine", maker.server.postgres_password):
        assert secret not in told.all


@pytest.mark.parametrize("sides", ["column/varchar_too_short"], indirect=True)
def test_a_plan_that_would_be_refused_says_so(sides: tuple[Side, Side], told: Told) -> None:
    one, other = sides

    code, found = told.json(one.url, other.url)
    assert (code, found["verdict"]) == (Exit.FINDINGS, "differs")
    assert "body" in found["refused"]
    assert told(one.url, other.url, "--apply", *ALLOWED)[0] is Exit.MISSING


@pytest.mark.parametrize(
    ("written", "refused"),
    [
        ("\\! touch {0}", "syntax error"),
        ("\\copy pg_class to program 'touch {0}'", "syntax error"),
        (
            "copy (select 1) to program 'touch {0}'",
            "permission denied to COPY|superuser",
        ),
        ("copy (select 1) to '{0}'", "permission denied to COPY|superuser"),
        ("select pg_catalog.pg_read_file('/etc/passwd')", "permission denied for function pg_read_file"),
        ("select pg_catalog.lo_import('/etc/passwd')", "permission denied for function lo_import"),
        ("select pg_catalog.lo_export(0, '{0}')", "permission denied for function lo_export"),
        ("create table public.t (a text); copy public.t from stdin", "COPY"),
        ("load 'pg_hint_plan'", "access to library|could not access"),
    ],
)
def test_sql_of_a_file_reaches_no_file_and_no_program(
    scratch: str, told: Told, tmp_path: Path, written: str, refused: str
) -> None:
    (file := tmp_path / "a.sql").write_text(f"{written.format(tmp_path / 'made')};", encoding="utf-8")

    code, said = told(file, f"{tmp_path}/", "--scratch", scratch)

    assert code is Exit.FAILED
    # Where it is, is no secret, a folder's name with its slash neither.
    assert str(file) in said
    assert re.search(refused, said), said
    assert not (tmp_path / "made").exists()
    assert "root:" not in said


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_no_copy_is_left_where_it_is_interrupted(
    scratch: str, maker: Maker, tmp_path: Path, sent: signal.Signals
) -> None:
    (file := tmp_path / "a.sql").write_text("select pg_catalog.pg_sleep(300);", encoding="utf-8")
    command = [sys.executable, "-m", "supaschema", "diff", str(file), f"{tmp_path}/", "--scratch", scratch]
    sleeps = "select from pg_stat_activity where datname like 'supaschema\\_diff\\_%' and query like '%pg_sleep(300)%'"
    with (
        psycopg.connect(maker.server.superuser_url, autocommit=True) as connection,
        subprocess.Popen(command, stderr=subprocess.DEVNULL) as process,
    ):
        for _ in range(600):
            if connection.execute(sleeps).rowcount or process.poll() is not None:
                break
            time.sleep(0.1)
        process.send_signal(sent)

        assert process.wait(60) != 0
        assert connection.execute("select from pg_database where datname like 'supaschema\\_diff\\_%'").rowcount == 0
