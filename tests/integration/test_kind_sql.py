"""Statements of the author's own, on a server: run once, asked without writing, taken back from the ledger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import ApplyError, ConsentError, PreconditionError
from supaschema.core.hazards import Hazard
from supaschema.database import connect
from supaschema.database.settings import Settings
from supaschema.declarations import Column, ObjectSet, PrimaryKey, Sql, Table
from supaschema.drift.model import Topic
from supaschema.drift.sweep import swept
from supaschema.engine import questions
from supaschema.engine.pipeline import Pipeline
from supaschema.registry import KINDS, RESOURCES
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.objects import Objects, managed

WORDS = Sql(
    name="words",
    up="create text search dictionary public.odd (template = pg_catalog.simple); comment on text search dictionary"
    " public.odd is 'a;b'",
    check="select exists (select from pg_catalog.pg_ts_dict where dictname = 'odd')",
    down="drop text search dictionary public.odd",
)


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    with managed(database.url) as found:
        yield found


def done(database: Database, query: str, *parameters: object) -> None:
    with database.connect() as connection:
        connection.execute(query.encode(), parameters or None)


def says(database: Database, query: str) -> object:
    with database.connect() as connection:
        return one(connection, query)


def test_it_is_run_once_and_taken_back_from_the_record(database: Database, objects: Objects):
    plan = objects.apply(WORDS)

    assert [item.text for item in plan.statements[:2]] == WORDS.up.split("; ")
    assert says(database, "select obj_description(oid) from pg_ts_dict where dictname = 'odd'") == "a;b"
    assert objects.preview(WORDS).empty
    assert says(database, "select definition ->> 'down' from supaschema.statements") == WORDS.down
    assert WORDS.up.split("; ")[0] in str(says(database, "select string_agg(statement, ' ') from supaschema.history"))
    objects.remove(WORDS)
    assert says(database, WORDS.check) is False
    assert says(database, "select to_regclass('supaschema.statements') is null")


def test_what_was_undone_by_hand_is_planned_again(database: Database, objects: Objects):
    objects.apply(WORDS)
    done(database, WORDS.down or "")

    plan = objects.preview(WORDS)
    assert [item.text for item in plan.statements][:-1] == WORDS.up.split("; ")
    objects.apply(WORDS)
    assert says(database, WORDS.check) is True


def test_what_was_applied_before_is_recorded_and_stays(database: Database, objects: Objects):
    done(database, WORDS.up)

    plan = objects.preview(WORDS)
    assert [item.text.partition(" (")[0] for item in plan.statements] == ["insert into supaschema.statements"]
    assert "nothing of `up` is run" in plan.notes[0]
    objects.apply(WORDS)
    assert "stays: nothing of `down` is run" in objects.removal(WORDS).notes[0]
    objects.remove(WORDS)
    assert says(database, WORDS.check) is True


@pytest.mark.parametrize("other", [{"up": "select 1"}, {"down": "select 2"}, {"hazards": (Hazard.CORRECTNESS,)}])
def test_a_change_of_what_is_applied_is_only_recorded(database: Database, objects: Objects, other: dict[str, object]):
    objects.apply(WORDS)
    changed = replace(WORDS, **other)

    plan = objects.apply(changed)

    assert len(plan.statements) == 1
    assert "It is recorded, and nothing of `up` is run" in plan.notes[0]
    assert objects.preview(changed).empty


def test_a_record_is_renamed_and_nothing_is_run(database: Database, objects: Objects):
    objects.apply(WORDS)
    named = replace(WORDS, name="words_of_old", renamed_from=("words",))

    plan = objects.apply(named, named=WORDS)

    assert [item.text for item in plan.statements] == [
        "update supaschema.statements set name = 'words_of_old' where name = 'words'"
    ]
    assert objects.preview(named, named=WORDS).empty
    assert says(database, "select string_agg(name, ' ') from supaschema.statements") == "words_of_old"
    objects.remove(WORDS)
    assert says(database, WORDS.check) is False


def test_one_that_is_meant_to_be_renamed_is_told(objects: Objects):
    objects.apply(ObjectSet(objects=(WORDS,)))

    plan = objects.preview(ObjectSet(objects=(replace(WORDS, name="other"),)))

    assert 'if this is a rename, write renamed_from=("words",).' in " ".join(plan.notes)


@pytest.mark.parametrize("check", ["select true where false", "select null::boolean", "select false"])
def test_a_check_that_gives_no_row_or_null_says_no(objects: Objects, check: str):
    assert [item.text for item in objects.preview(replace(WORDS, check=check)).statements][:2] == WORDS.up.split("; ")


def test_a_changed_check_that_says_no_has_it_run(database: Database, objects: Objects):
    objects.apply(WORDS)
    changed = replace(
        WORDS,
        up="comment on text search dictionary public.odd is 'c'",
        check="select pg_catalog.obj_description(oid, 'pg_ts_dict') = 'c' from pg_catalog.pg_ts_dict"
        " where dictname = 'odd'",
    )

    objects.apply(changed)

    assert says(database, "select obj_description(oid) from pg_ts_dict where dictname = 'odd'") == "c"
    assert objects.preview(changed).empty


def test_an_up_after_which_the_check_says_no_is_taken_back(database: Database, objects: Objects):
    with pytest.raises(ApplyError, match="`up` ran, and its check still does not say that it is applied"):
        objects.apply(replace(WORDS, check="select false"))

    assert says(database, WORDS.check) is False


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("select nextval('public.counted') > 0", "cannot execute nextval() in a read-only transaction"),
        (
            "with gone as (delete from public.users returning 1) select exists (select from gone)",
            "in a read-only",
        ),
        ("select 1", "one row, or none, of one boolean"),
        ("select true, true", "it gives one row of 2 columns"),
        ("select true from pg_catalog.pg_class", "it gives several rows"),
        ("select true, true where false", "it gives no row of 2 columns"),
        ("select 1 / 0 = 1", "division by zero"),
        ("select pg_catalog.pg_sleep(30) is null", "statement timeout"),
        ("select true; select true", "cannot insert multiple commands into a prepared statement"),
    ],
)
def test_a_check_that_writes_or_tells_nothing_is_refused_in_the_preview(
    database: Database, objects: Objects, monkeypatch: pytest.MonkeyPatch, check: str, said: str
):
    monkeypatch.setattr(questions, "LONGEST_MS", 500)
    done(database, "create sequence public.counted")

    with pytest.raises(PreconditionError) as refused:
        objects.preview(replace(WORDS, check=check))

    assert "the server cannot tell whether it is applied" in str(refused.value)
    if said != "division by zero":
        assert said in str(refused.value)
    assert says(database, "select not is_called from public.counted")


def test_a_check_leaves_nothing_in_the_session(database: Database):
    settings = Settings(database.url)
    pipeline = Pipeline(connect.Database(settings), KINDS)
    odd = replace(WORDS, check="select pg_catalog.set_config('search_path', 'public', false) is null")
    try:
        resource = RESOURCES["supaschema:index:Sql"]
        pipeline.preview(pipeline.intent(resource, "urn:pulumi:a::b::supaschema:index:Sql::words", odd))
        with pipeline.database.connection() as connection:
            assert connection.execute("show search_path").fetchone() in {('""',), ("",)}
    finally:
        pipeline.close()


def test_of_what_the_same_program_makes_the_check_may_ask_later(database: Database, objects: Objects):
    table = Table(
        name="keys",
        columns=(Column(name="name", type="text", nullable=False),),
        primary_key=PrimaryKey(columns=("name",)),
    )
    row = Sql(
        name="row",
        up="insert into public.keys values ('100%')",
        check="select exists (select from public.keys where name = '100%')",
        down="delete from public.keys where name = '100%'",
    )
    both = ObjectSet(objects=(row, table))

    plan = objects.preview(both)
    assert 'its check cannot be asked yet (relation "public.keys" does not exist)' in " ".join(plan.notes)
    objects.apply(both)
    assert says(database, "select count(*) from public.keys") == 1
    assert objects.preview(both).empty
    assert objects.removal(both).statements[0].text == row.down


def test_outside_of_a_transaction_each_runs_by_itself(database: Database, objects: Objects):
    done(database, "create table public.plain (a int)")
    index = Sql(
        name="index",
        up="vacuum public.plain; create index concurrently plain_a on public.plain (a)",
        check="select pg_catalog.to_regclass('public.plain_a') is not null",
        down="drop index concurrently public.plain_a",
        transactional=False,
    )
    objects.apply(index)
    assert says(database, index.check) is True
    objects.remove(index)
    assert says(database, index.check) is False


def test_a_text_that_is_no_sql_is_told_in_the_preview(objects: Objects):
    with pytest.raises(ApplyError, match="syntax error at or near"):
        objects.preview(replace(WORDS, up="select 1; creat text search dictionary public.odd"))


def test_statements_of_every_form_are_read_and_not_run_by_the_preview(database: Database, objects: Objects):
    up = """
        create function public.odd() returns int language sql begin atomic select 1; end;
        create rule r as on insert to public.users do also (select 1; select 2);
        select 1 as a into temporary odd; do $$ begin perform 1; end $$;
        with a as (select 1 as b) insert into public.users select from a; -- the end;
    """
    plan = objects.preview(replace(WORDS, up=up))

    assert len(plan.statements) == 7
    assert says(database, "select to_regproc('public.odd') is null")


def test_hazards_need_consent(database: Database):
    pipeline = Pipeline(connect.Database(Settings(database.url)), KINDS)
    resource, urn = RESOURCES["supaschema:index:Sql"], "urn:pulumi:a::b::supaschema:index:Sql::words"
    risky = replace(WORDS, hazards=(Hazard.DELETES_DATA,))
    try:
        with pytest.raises(ConsentError, match="DELETES_DATA: sql words: whoever wrote it says so of `up`"):
            pipeline.apply(pipeline.intent(resource, urn, risky), "words")
    finally:
        pipeline.close()


def test_a_set_config_that_an_up_leaves_does_not_reach_the_ledger(database: Database, objects: Objects):
    hidden = replace(WORDS, up=f"{WORDS.up}; select pg_catalog.set_config('search_path', 'nowhere', true)")

    objects.apply(hidden)

    assert objects.preview(hidden).empty


def test_drift_tells_what_was_undone_what_repairs_it_and_what_it_cannot_tell(database: Database, objects: Objects):
    told = "create or replace function public.told() returns boolean language plpgsql as "
    other = Sql(name="other", up=f"{told} 'begin return true; end'", check="select public.told()")
    objects.apply(WORDS)
    objects.apply(other)
    done(database, WORDS.down or "")
    done(database, f"{told} $$ begin raise 'a row with %', 'a value'; end $$")

    found = swept(connect.Database(Settings(database.url)), KINDS)

    (changed,) = found.of(Topic.CHANGED)
    assert [(item.name, item.recorded, item.live) for item in changed.properties] == [("applied", True, False)]
    (untold,) = found.of(Topic.UNTOLD)
    assert untold.title == "sql other"
    assert "its check cannot be asked: " in str(untold)
    assert "a value" not in str(untold)
    assert [text.rstrip(";") for text in changed.repair][:2] == WORDS.up.split("; ")
