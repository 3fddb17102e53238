"""What a database made by hand holds, as declarations: nothing is lost, and nothing is changed by declaring it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from localdb import platform
from supaschema.command.cli import main
from supaschema.command.export import LEFT_OUT
from supaschema.command.outcome import Exit
from supaschema.core.model import Plan
from supaschema.core.printable import line
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Declaration, ObjectSet
from supaschema.engine.intent import Intent, anchors_of
from supaschema.engine.pipeline import Pipeline
from supaschema.export.admitted import admitted
from supaschema.export.declare import declarations_of
from supaschema.export.model import Exported, Scope
from supaschema.export.order import in_order
from supaschema.export.program import files_of
from supaschema.export.reading import Reading, read
from supaschema.registry import KINDS, RESOURCES
from tests.fixtures.postgres import Database, Server, create

SUPPORT = Path(__file__).parents[1] / "support"
SET = RESOURCES["supaschema:index:ObjectSet"]
MAKER = '"maker\x1b[31m\n::error::"'


@pytest.fixture(scope="module")
def made(server: Server) -> Iterator[Database]:
    """A database made by hand. No test of this file changes it."""
    database = create(server, "exported")
    with database.connect() as owner:
        for file in ("exported.sql", "exported_refused.sql"):
            owner.execute((SUPPORT / file).read_bytes())
    with database.connect_superuser() as superuser:
        superuser.execute("create extension btree_gist schema shop")
        superuser.execute(f"create role {MAKER}".encode())
        superuser.execute("create table shop.theirs (id integer primary key)")
        superuser.execute(f"alter table shop.theirs owner to {MAKER}".encode())
    yield database
    platform.drop_database(server.superuser_url, database.name)
    with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
        superuser.execute(f"drop role {MAKER}".encode())


@pytest.fixture(scope="module")
def reading(made: Database) -> Iterator[Reading]:
    """What an export reads of it."""
    managed = Managed(Settings(made.url))
    yield read(managed, KINDS)
    managed.close()


@pytest.fixture(scope="module")
def exported(reading: Reading) -> Exported:
    """All that is declared of it."""
    return declarations_of(reading)


@pytest.fixture(scope="module")
def program(exported: Exported, reading: Reading) -> Exported:
    """What a new program may declare of it."""
    return admitted(exported, reading)


def plan_of(declared: tuple[Declaration, ...], url: str) -> Plan:
    """Return what a resource would run that declares all of it."""
    objects = SET.parsed(ObjectSet(objects=declared).to_inputs())
    stated = {fact.id: fact.definition for fact in SET.facts(objects)}
    pipeline = Pipeline(Managed(Settings(url)), KINDS)
    try:
        gone = dict.fromkeys(SET.exclusive_objects(objects, pipeline.state.everything()))
        urn = "urn:pulumi:test::export::supaschema:index:ObjectSet::all"
        return pipeline.preview(Intent(urn, {**gone, **stated}, stated, (), anchors_of({**gone, **stated})))
    finally:
        pipeline.close()


def test_what_a_program_may_declare_of_a_database_changes_nothing_there(program: Exported, made: Database) -> None:
    assert [statement.text for statement in plan_of(program.declared, made.url).statements] == []


def test_what_no_program_may_declare_is_named(program: Exported) -> None:
    assert {str(item.id): item.why.partition(": ")[0] for item in program.left_out} == {
        "column shop.events_2026.payload": "it has another default and comment than its table",
        "constraint shop.customers.customers_email_key": "its index has a comment",
        "constraint shop.events_2026.events_2026_pkey": "it is another table's, and has a comment here",
        "cron job tell": "it holds a text that may be a key",
        "default grants postgres.public.tables": "it is not declared",
        "function shop.loose()": "it is not declared",
        "function shop.parsed(integer)": "its body is parsed, and no text (RETURN, BEGIN ATOMIC)",
        "index shop.by_state.by_state_state": "a materialized view is clustered on it",
        "policy shop.log.loose": "it is not declared",
        "policy shop.open.own": "it is not declared",
        "row security shop.log": "it is not declared",
        "row security shop.open": "only Policy is declared of it",
        "row security shop.turns": "it is not declared",
        "rule shop.teams.nothing": "no declaration says it",
        "table grants shop.log": "its owner has given up DELETE",
        "table shop.log": "only TablePatch is declared of it",
        "table shop.theirs": "it is not declared",
        "row security shop.theirs": "it is not declared",
        "trigger shop.turns.tell": "it holds a text that may be a key",
        "type grants shop.state": "service_role may hand on what is granted, or have it from another role",
        "view shop.opened": "it is not declared",
        "view column shop.recent.total": "it has a default",
        "view shop.handed": "it is not declared",
        "table grants shop.handed": "service_role may hand on what is granted, or have it from another role",
    }
    assert "lets anon write any row" in next(it.why for it in program.left_out if it.id.kind == "policy")


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (Scope(schemas=frozenset({"shop"}), tables=("cust*",)), {"Table customers", "TableAccess customers"}),
        (Scope(tables=("*.by_st*", "log")), {"MaterializedView by_state", "Table log", "TableAccess log"}),
    ],
)
def test_of_some_relations_is_declared_what_is_theirs(reading: Reading, scope: Scope, found: set[str]) -> None:
    declared = declarations_of(reading, scope).declared

    names = {f"{type(it).__name__} {getattr(it, 'table', None) or getattr(it, 'name', '')}" for it in declared}
    assert names - {"Trigger customers"} == found


def test_what_the_lints_refuse_is_declared_as_they_would_have_it_where_that_is_sure(
    reading: Reading, made: Database
) -> None:
    open_to_all = declarations_of(reading, Scope(tables=("open*",)))

    assert [type(it).__name__ for it in admitted(open_to_all, reading).declared] == ["Table", "Policy"]
    tight = admitted(open_to_all, reading, tighten=True)
    assert [type(it).__name__ for it in tight.declared] == ["Table", "TableAccess", "View"]
    assert {item.why.partition(",")[0] for item in tight.left_out} == {"it is declared in another way than it is"}
    assert [statement.text for statement in plan_of(tight.declared, made.url).statements] == [
        'alter policy "own" on "shop"."open" to "authenticated" using ((made_by = (select auth.uid())))',
        'revoke trigger, truncate on table "shop"."open" from "anon"',
        'revoke truncate on table "shop"."opened" from "anon"',
    ]


def test_what_may_be_a_key_is_nowhere_in_what_is_written(program: Exported, reading: Reading) -> None:
    files = files_of(in_order(program.declared, reading))
    assert "shop.customers" in files["schemas/shop.py"]
    assert not [text for text in (*files.values(), *(it.why for it in program.left_out)) if "k-1234567" in text]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["NOT_SET"], Exit.MISSING, "neither a URL nor the name"),
        (["MADE_URL", "--table", "nothing*"], Exit.FAILED, "nothing that a program could declare"),
        (["MADE_URL", "--table", "customers", "--table", "theirs"], Exit.DONE, ""),
    ],
)
def test_the_command_is_given_a_database_by_the_name_of_a_variable(  # noqa: PLR0917
    made: Database,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: Exit,
    said: str,
) -> None:
    monkeypatch.setenv("MADE_URL", made.url)
    out = tmp_path / "made"

    assert main(["export", *words, "--out", str(out)]) == code

    told = capsys.readouterr()
    assert said in told.err
    assert made.url not in told.out + told.err
    assert out.exists() is (code is Exit.DONE)
    if code is Exit.DONE:
        left_out = (out / LEFT_OUT).read_text(encoding="utf-8")
        assert "belongs to" in left_out
        assert [line(it) for it in left_out.splitlines()] == left_out.split("\n")[:-1]
