"""What `supaschema diff` takes for a side, what of a schema it compares, and what it publishes of its result."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from psycopg import sql

from supaschema.comparison import model
from supaschema.comparison.model import Comparison, Lone, Side, Untold, Verdict, schema
from supaschema.comparison.named import Form, named
from supaschema.comparison.scope import Scope
from supaschema.comparison.script import script
from supaschema.comparison.text import text
from supaschema.core.errors import SupaschemaError
from supaschema.core.model import Hazard, HazardNote, Lock, LockMode, Mode, ObjectId, Plan, Statement
from supaschema.core.plan_record import Known, recorded
from supaschema.portable.model import NotModelled
from tests.support.golden import golden

SCHEMA = Path(model.__file__).with_name("diff.schema.json")
URL = "postgresql://me:open-sesame@localhost:5432/app"
LOSES = HazardNote(Hazard.TAKES_DATA_OUT_OF_USE, "Table app.t holds 2 rows.")
ALONE = Statement(sql.SQL("create index concurrently i on app.t (a) -- why"), mode=Mode.ALONE)
PLAN = Plan(
    statements=(
        Statement(sql.SQL("create table app.t (a int)"), (Lock("app.t", LockMode.ACCESS_EXCLUSIVE),), (LOSES,)),
        Statement(sql.SQL("create function app.f() returns int"), checks_bodies=False),
        ALONE,
        Statement(sql.SQL("insert into supaschema_archive.tables values (1)"), mode=Mode.OWN_TRANSACTION),
    )
)


def comparison(plan: Plan = PLAN) -> Comparison:
    known = Known(refused=(LOSES,), sizes={}, masked=str)
    return Comparison(
        source="here",
        target="there\n\\! ls",
        schemas=(),
        verdict=Verdict.DIFFERS,
        plan=recorded(plan, "urn", "update", known),
        refused=None,
        lone=(Lone(name="type app.place", side=Side.TO),),
        untold=(Untold(name="cast x", why="nobody knows."),),
    )


def test_the_schema_that_is_published_is_that_of_the_values() -> None:
    golden(SCHEMA, schema())
    jsonschema.validate(json.loads(comparison().json()), json.loads(schema()))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**json.loads(comparison().json()), "version": 2}, json.loads(schema()))


def test_a_side_is_a_url_a_variable_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVE", URL)
    for name in ("b/2.sql", "a.sql", "b/1.sql", "b/note.txt", "before.json.gz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")

    assert [named(each, "FROM").form for each in (URL, "LIVE")] == [Form.DATABASE] * 2
    assert named("LIVE", "FROM").label == "localhost:5432/app"
    assert named(str(tmp_path / "before.json.gz"), "TO").form is Form.SNAPSHOT
    assert named(str(tmp_path / "a.sql"), "TO").form is Form.SQL
    found = named(str(tmp_path), "TO").files
    assert [str(each.relative_to(tmp_path)) for each in found] == ["a.sql", "b/1.sql", "b/2.sql"]


def test_a_link_is_followed_within_the_folder_alone(tmp_path: Path) -> None:
    (outside := tmp_path / "keys.sql").write_text("secret", encoding="utf-8")
    (folder := tmp_path / "sql").mkdir()
    (folder / "a.sql").write_text("", encoding="utf-8")
    (folder / "b.sql").symlink_to("a.sql")
    assert len(named(str(folder), "TO").files) == 2

    (folder / "c.sql").symlink_to(outside)
    with pytest.raises(SupaschemaError, match="it is a link that leads out of the folder") as refused:
        _ = named(str(folder), "TO").files
    assert refused.value.where == str(folder / "c.sql")


@pytest.mark.parametrize("odd", ["postgres:me:open-sesame@localhost", f"{URL}@x", "open-sesame", f"x{URL}", "a" * 9000])
def test_what_is_none_is_not_repeated(odd: str) -> None:
    with pytest.raises(SupaschemaError) as refused:
        named(odd, "FROM")
    assert "open-sesame" not in str(refused.value)
    assert "FROM" in str(refused.value) or "URL" in str(refused.value)


def test_a_schema_has_what_its_names_say() -> None:
    scope = Scope(("app",))
    assert scope.has(ObjectId("table", ("app", "t")))
    assert scope.has(ObjectId("schema_grants", ("app",)))
    assert not scope.has(ObjectId("bucket", ("app",)))
    assert not scope.has(ObjectId("table", ("other", "app")))
    assert Scope().has(ObjectId("bucket", ("app",)))
    assert not Scope().has(ObjectId("backfill", ("app", "t", "b")))
    assert not Scope().has(ObjectId("schema", ("supaschema",)))
    names = ["app.place", "t in publication p in app", "other.app", "apps.place"]
    assert [scope.names(NotModelled(sort="type", name=name)) for name in names] == [True, True, False, False]
    assert Scope(("My App",)).names(NotModelled(sort="type", name='"My App".place'))


def test_a_script_has_the_executors_transactions() -> None:
    lines = [line for line in script(comparison(), PLAN, has_ledger=True).split("\n") if line]
    assert lines == [
        "-- here becomes like there\\n\\! ls.",
        "-- Differs, and nothing here changes it: type app.place.",
        "-- Could not tell: cast x: nobody knows.",
        "\\set ON_ERROR_STOP on",
        "set search_path = '';",
        "set standard_conforming_strings = on;",
        "begin;",
        "-- TAKES_DATA_OUT_OF_USE: Table app.t holds 2 rows.",
        "create table app.t (a int);",
        "set local check_function_bodies = off;",
        "create function app.f() returns int;",
        "set local check_function_bodies to default;",
        "commit;",
        "create index concurrently i on app.t (a) -- why",
        ";",
        "begin;",
        "insert into supaschema_archive.tables values (1);",
        "commit;",
    ]


def test_a_script_goes_on_from_batch_to_batch() -> None:
    query = sql.SQL(
        "select k from t where %(after)s::text is null and n %% 2 = 0 and $batch$ %%(after)s limit %(size)s"
    )
    bare = "select k from t where $1::text is null and n % 2 = 0 and $batch$ %(after)s limit $2"
    plan = Plan(statements=(Statement(query, mode=Mode.BATCHES, most=100),))
    lines = script(comparison(plan), plan, has_ledger=True).split("\n")
    assert lines[lines.index("do $batch__block$") :] == [
        "do $batch__block$",
        "declare",
        "  last_key text;",
        "begin",
        "  loop",
        f"    execute $batch_${bare}$batch_$ into last_key using last_key, 100;",
        "    exit when last_key is null;",
        "    commit;",
        "  end loop;",
        "end $batch__block$;",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('select a[1:"USER"], a[1:n], a[2:b.c]', 'select a[1: "USER"], a[1: n], a[2: b.c]'),
        ("select a[1 : n], a[:], a::text[1:n], f(x := 1)", "select a[1 : n], a[:], a::text[1: n], f(x := 1)"),
        ("""select ':n', e'\\':n', ":n", $$:n$$, $a$:n$$:n$a$, 'a'':n'""", None),
        ("select /* ' */ a[1:n] /* :n */", "select /* ' */ a[1: n] /* :n */"),
    ],
)
def test_psql_puts_no_variable_of_its_own_into_a_script(text: str, written: str | None) -> None:
    plan = Plan(statements=(Statement(sql.SQL(text)),))
    assert f"\n{written or text};\n" in script(comparison(plan), plan, has_ledger=True)


def test_an_archive_is_made_where_a_plan_needs_one() -> None:
    made = "create schema if not exists supaschema_archive"
    assert made in script(comparison(), PLAN, has_ledger=False)
    without = Plan(statements=(ALONE,))
    assert made not in script(comparison(without), without, has_ledger=False)


def test_people_are_told_what_it_takes() -> None:
    said = text(comparison())
    assert "TO   there\\n\\! ls\n" in said
    assert "  -- outside of a transaction\n  create index concurrently i" in said
    assert "  app.t: ACCESS EXCLUSIVE\n" in said
    assert (
        "  TAKES_DATA_OUT_OF_USE: Table app.t holds 2 rows. It needs consent: --allow TAKES_DATA_OUT_OF_USE.\n" in said
    )
    assert "  type app.place: only in TO\n" in said
    assert "  cast x: nobody knows.\n" in said
    assert said.endswith("They differ.\n")
