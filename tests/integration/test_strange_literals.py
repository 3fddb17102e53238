"""To read a text may run a check: no text is read that holds a literal of a type of others.

What ran is counted by a sequence: it is not taken back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from supaschema.core.errors import OwnershipError
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import (
    Argument,
    Check,
    Column,
    Declaration,
    Function,
    Index,
    MaterializedView,
    Policy,
    PolicyCommand,
    Schema,
    Table,
    TablePatch,
    Trigger,
    TriggerEvent,
    View,
)
from supaschema.drift import accepted
from supaschema.drift import sweep as drift
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import one
from tests.support.objects import managed

_THEIRS = """
    create sequence strange.runs_ever;
    grant all on strange.runs_ever to public;
    create function strange.count_runs(text) returns boolean language plpgsql as
      'begin return nextval(''strange.runs_ever'') > 0; end';
    create domain strange.word as text;
    create type strange.pair as (a text, b strange.word);
"""
_LATER = "alter domain strange.word add check (strange.count_runs(value)) not valid"
_ACCEPTED = {
    "a view": (
        "create view app.own as select '{x}'::strange.word[] as a",
        "create or replace view app.own as select '{y}'::strange.word[] as a",
    ),
    "a view over a composite": (
        "create view app.own as select '(x,x)'::strange.pair as a",
        "create or replace view app.own as select '(y,y)'::strange.pair as a",
    ),
    "a policy": (
        "create table app.own (a strange.word[]); create policy p on app.own using (a <> '{x}')",
        "alter policy p on app.own using (a <> '{y}')",
    ),
    "an argument": (
        "create function app.own(a strange.word[] default '{x}') returns integer language sql as 'select 1'",
        "create or replace function app.own(a strange.word[] default '{y}') returns integer language sql as 'select 1'",
    ),
}


@pytest.mark.parametrize("what", _ACCEPTED)
def test_a_sweep_reads_none_in_what_was_accepted(database: Database, stranger: Stranger, tmp_path: Path, what: str):
    was, later = _ACCEPTED[what]
    stranger.connection.execute(_THEIRS)
    with managed(database.url) as objects:
        objects.apply(Schema(name="app"))
    stranger.platform.execute("grant create, usage on schema app to stranger")
    stranger.connection.execute(was.encode())
    looking, file = Managed(Settings(database_url=database.url)), tmp_path / "accepted.json"
    file.write_text(drift.acceptance(looking, KINDS, drift.Policy()), encoding="utf-8")
    stranger.connection.execute(later.encode())
    stranger.connection.execute(_LATER)

    found = drift.swept(looking, KINDS, drift.Policy(accepted=accepted.read(file))).findings
    looking.close()

    assert [item.why for item in found] == ["it is not as it was accepted"]
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False


@pytest.mark.parametrize(
    "using", ["words <> '{y}'", "words <> '{x}'::strange.word[] or id > 1", "words <> '{y}'::public.word[]"]
)
def test_a_preview_reads_none_beside_what_is_live(database: Database, stranger: Stranger, using: str):
    stranger.connection.execute(_THEIRS)
    with database.connect() as owner:
        owner.execute("create domain public.word as strange.word")
        owner.execute("create table public.days (id integer, words strange.word[])")
        owner.execute("create policy own on public.days using (words <> '{x}')")
    stranger.connection.execute(_LATER)
    policy = Policy(name="own", table="days", command=PolicyCommand.ALL, to=("public",), using=using)
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match=r"stranger"):
                way(policy)
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False


_GIVEN = {
    "what a function gives": (
        "create function public.f() returns strange.word[] language sql stable as 'select null::strange.word[]'",
        "public.f() <> '{y}'",
    ),
    "what a function takes": (
        "create function public.f(strange.word[]) returns boolean language sql as 'select true'",
        "public.f('{y}')",
    ),
    "a column of another table": (
        "create table public.other (w strange.word[])",
        "exists (select from public.other where w <> '{y}')",
    ),
}


_NAMED = r"a check that other roles decide over|(word belongs to|takes or gives type strange\.word(\[\])? of) stranger"


@pytest.mark.parametrize("what", _GIVEN)
@pytest.mark.parametrize("before", ["create policy own on public.days using (id > 1)", "select 1"])
def test_no_text_is_read_that_gives_one_to_what_is_ours(database: Database, stranger: Stranger, what: str, before: str):
    made, using = _GIVEN[what]
    stranger.connection.execute(_THEIRS)
    with database.connect() as owner:
        owner.execute("create table public.days (id integer)")
        owner.execute(made.encode())
        owner.execute(before.encode())
    stranger.connection.execute(_LATER)
    policy = Policy(name="own", table="days", command=PolicyCommand.ALL, to=("public",), using=using)
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match=_NAMED):
                way(policy)
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False


_OURS = """
    create table public.days (id integer);
    create table public.other (w strange.word[]);
    create view public.seen as select w as a from public.other;
    create type public.pair as (w strange.word[]);
    create function public.f() returns strange.word[] language sql immutable as 'select null::strange.word[]';
    create function public.pairs() returns public.pair language sql immutable as 'select null::public.pair';
    create function public.others() returns setof public.other language sql immutable as 'select null::public.other';
    create function public.both(out a strange.word[], out b integer) language sql immutable as
      'select null::strange.word[], 1';
    create function public.own(integer, integer) returns strange.word[] language sql immutable as
      'select null::strange.word[]';
    create operator public.<#> (leftarg = integer, rightarg = integer, function = public.own);
    create function public.word() returns strange.word language sql immutable as 'select null::strange.word';
    create function public.listed(anyelement) returns anyarray language sql immutable as 'select array[$1]';
    create function public.fires() returns trigger language plpgsql as 'begin return new; end';
    create table public.holder (id integer, c public.other);
    create table public.parted (c public.other) partition by list (c);
    create function public."a b"() returns strange.word[] language sql immutable as 'select null::strange.word[]';
"""
_COMPARED = "public.f() <> '{y}'"
_OF_ROW = "(c).w <> '{y}'"
_ROW = Column(name="c", type="public.other")


def _function(body: str, **stated: Any) -> Function:
    return Function(name="own", returns="boolean", language="sql", body=body, **stated)


_TEXTS: dict[str, Declaration] = {
    "check": TablePatch(table="days", checks=(Check(name="c", expression=_COMPARED),)),
    "default": TablePatch(table="days", columns=(Column(name="n", type="boolean", default=_COMPARED),)),
    "generated": TablePatch(table="days", columns=(Column(name="n", type="boolean", generated=_COMPARED),)),
    "index": Index(name="i", table="days", keys=("id",), where=_COMPARED),
    "key": Index(name="i", table="days", keys=(f"({_COMPARED})",)),
    "trigger": Trigger(
        name="t", table="days", timing="before", events=(TriggerEvent.UPDATE,), when=_COMPARED, function="public.fires"
    ),
    "materialized": MaterializedView(name="v", query=f"select {_COMPARED} as a"),
    "view": View(name="v", query=f"select {_COMPARED} as a"),
    "operator": View(name="v", query="select (1 operator(public.<#>) 2) <> '{y}' as a"),
    "row": View(name="v", query="select o = '(\"{y}\")' as a from public.other as o"),
    "of a view": View(name="v", query="select a <> '{y}' as b from public.seen"),
    "composite": View(name="v", query="select (public.pairs()).w <> '{y}' as b"),
    "rows": View(name="v", query="select w <> '{y}' as b from public.others()"),
    "out": View(name="v", query="select (public.both()).a <> '{y}' as b"),
    "polymorphic": View(name="v", query="select public.listed(public.word()) <> '{y}' as b"),
    "policy of a row": Policy(name="p", table="holder", command=PolicyCommand.ALL, to=("public",), using=_OF_ROW),
    "check of a row": TablePatch(table="holder", checks=(Check(name="k", expression=_OF_ROW),)),
    "key of a row": Index(name="i", table="holder", keys=(f"({_OF_ROW})",)),
    "trigger of a row": Trigger(
        name="t",
        table="holder",
        timing="before",
        events=(TriggerEvent.UPDATE,),
        when=f"(new.{_OF_ROW[1:]}",
        function="public.fires",
    ),
    "new table": Table(name="t", columns=(_ROW,), checks=(Check(name="k", expression=_OF_ROW),)),
    "new column": TablePatch(table="days", columns=(_ROW,), checks=(Check(name="k", expression=_OF_ROW),)),
    "bound": Table(name="part", columns=(), partition_of="parted", bound="for values in ('(\"{y}\")')"),
    "argument": _function(f"select {_OF_ROW}", arguments=(Argument(name="c", type="public.other"),)),
    "found by a path": _function("select f() <> '{y}'", search_path="public, pg_temp"),
    "quoted, found by a path": _function("select \"a b\"() <> '{y}'", search_path="public, pg_temp"),
    "operator found by a path": _function("select (1 <#> 2) <> '{y}'", search_path="public, pg_temp"),
}


@pytest.mark.parametrize("what", _TEXTS)
def test_none_is_read_of_any_kind_of_text(database: Database, stranger: Stranger, what: str):
    stranger.connection.execute(_THEIRS)
    with database.connect() as owner:
        owner.execute(_OURS)
    stranger.connection.execute(_LATER)
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match=_NAMED):
                way(_TEXTS[what])
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False


@pytest.mark.parametrize("language", ["sql", "plpgsql"])
def test_no_body_of_sql_is_read_with_one(database: Database, stranger: Stranger, language: str):
    stranger.connection.execute(_THEIRS)
    with database.connect() as owner:
        owner.execute("create function public.f() returns strange.word[] language sql as 'select null::strange.word[]'")
    stranger.connection.execute(_LATER)
    query = "select public.f() <> '{y}'"
    body = query if language == "sql" else f"begin return ({query}); end"
    function = Function(name="own", returns="boolean", language=language, body=body)
    with managed(database.url) as objects:
        if language == "sql":
            for way in (objects.preview, objects.apply):
                with pytest.raises(OwnershipError, match="a check that other roles decide over"):
                    way(function)
        else:
            objects.apply(function)
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False


_READ_AGAIN = {
    "a check of a column": "alter table public.days add mood strange.mood, add check (note || mood::text <> '')",
    "a check of what a function gives": "alter table public.days add check (note || public.f()::text <> '')",
    "a check of a row": "create table public.moods (mood strange.mood); alter table public.days add c public.moods, "
    "add check (note || ((c).mood)::text <> '')",
    "a materialized view": "create materialized view public.m as select note, public.f()::text from public.days",
}


@pytest.mark.parametrize("what", _READ_AGAIN)
def test_what_the_server_reads_again_finds_no_cast_of_theirs(database: Database, stranger: Stranger, what: str):
    stranger.connection.execute("create type strange.mood as enum ('a', 'b')")
    with database.connect() as owner:
        owner.execute("create table public.days (id integer, note text)")
        owner.execute("insert into public.days values (1, 'a')")
        owner.execute(
            "create function public.f() returns strange.mood language plpgsql immutable as 'begin return ''a''; end'"
        )
        owner.execute(_READ_AGAIN[what].encode())
    stranger.connection.execute(_CAST)
    stranger.platform.execute("truncate strange.runs")
    patch = TablePatch(table="days", columns=(Column(name="note", type="varchar(9)"),))
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match="stranger"):
                way(patch)
    assert stranger.ran() == []


_CAST = """
    create function strange.says(strange.mood) returns text language plpgsql immutable as
      'begin perform strange.note(); return ''x''; end';
    create cast (strange.mood as text) with function strange.says(strange.mood) as implicit
"""


def test_a_preview_makes_no_twin_of_an_index_with_one(database: Database, stranger: Stranger):
    stranger.connection.execute(_THEIRS)
    with database.connect() as owner:
        owner.execute("create table public.days (id integer, note text)")
        owner.execute(
            "create index hung on public.days (note) where array[note]::strange.word[] <> '{x}'::strange.word[]"
        )
    stranger.connection.execute(_LATER)
    patch = TablePatch(table="days", columns=(Column(name="note", type="varchar(9)"),))
    with managed(database.url) as objects, pytest.raises(OwnershipError, match="stranger"):
        objects.preview(patch)
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False


_WATCHING = """
    create function strange.watch() returns event_trigger language plpgsql as
      'begin perform strange.count_runs(null); end';
"""


def test_a_sweep_fires_no_event_trigger_of_theirs(database: Database, stranger: Stranger):
    stranger.connection.execute(f"{_THEIRS}; {_WATCHING}")
    with managed(database.url) as objects:
        objects.apply(View(name="seen", query="select 1 as one"))
    with database.connect() as owner:
        owner.execute("create or replace view public.seen as select 2 as one")
    looking = Managed(Settings(database_url=database.url))
    stranger.platform.execute("create event trigger watching on ddl_command_end execute function strange.watch()")
    try:
        stranger.platform.execute("select setval('strange.runs_ever', 1, false)")
        found = {item.title: item for item in drift.swept(looking, KINDS).findings}
        assert one(stranger.platform, "select is_called from strange.runs_ever") is False
    finally:
        stranger.platform.execute("drop event trigger watching")
        looking.close()

    assert "event trigger watching" in found
    assert "with your rights for every statement" in found["view public.seen"].repair[0]


_ASIDE = {
    "a view": "create view public.seen as select note, public.f() <> '{x}' as is_so from public.days",
    "a policy": "create policy own on public.days using (note <> '' and public.f() <> '{x}')",
    "a trigger": "create trigger own before update on public.days for each row "
    "when (new.note <> '' and public.f() <> '{x}') execute function public.fires()",
}


@pytest.mark.parametrize("what", _ASIDE)
def test_nothing_stands_aside_that_has_one(database: Database, stranger: Stranger, what: str):
    stranger.connection.execute(_THEIRS)
    with database.connect() as owner:
        owner.execute("create table public.days (id integer, note text)")
        owner.execute("create function public.f() returns strange.word[] language sql as 'select null::strange.word[]'")
        owner.execute("create function public.fires() returns trigger language plpgsql as 'begin return new; end'")
        owner.execute(_ASIDE[what].encode())
    stranger.connection.execute(_LATER)
    patch = TablePatch(table="days", columns=(Column(name="note", type="varchar(9)"),))
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match=r"stranger|a check that other roles decide over"):
                way(patch)
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False
