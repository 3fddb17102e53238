"""What is ours and takes or gives what is of others has a cast or a check of theirs run; so has a row of such a table.

What ran is counted by a sequence: it is not taken back.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from supaschema.core.errors import OwnershipError
from supaschema.declarations import (
    Backfill,
    Check,
    Column,
    Declaration,
    Index,
    Table,
    TablePatch,
    Trigger,
    TriggerEvent,
)
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import one
from tests.support.objects import managed

_THEIRS = """
    create sequence strange.runs_ever;
    grant all on strange.runs_ever to public;
    create function strange.ran(text) returns text language plpgsql immutable as
      'begin perform nextval(''strange.runs_ever''); return ''a''; end';
    create domain strange.word as text;
    create type strange.mood as enum ('a', 'b');
    create type strange.span as (a text);
    create cast (strange.mood as text) with inout as implicit;
    create type strange.number as enum ('1', '2');
    create cast (strange.number as integer) with inout as implicit;
"""
_OURS = """
    create type public.kind as enum ('a', 'b');
    create table public.other (w strange.word[], mood strange.mood);
    create table public.days (id integer primary key, note text, kind public.kind, o public.other, os public.other[]);
    insert into public.days values (1, 'a', 'a', row(null, 'a'), '{}');
    create function public.words() returns strange.word[] language sql immutable as 'select null::strange.word[]';
    create function public.mood() returns strange.mood language plpgsql immutable as 'begin return ''a''; end';
    create function public.moods(out a strange.mood, out b integer) language plpgsql immutable as
      'begin a := ''a''; end';
    create function public.takes(strange.span) returns boolean language plpgsql immutable as 'begin return true; end';
    create function public.added(integer, integer) returns strange.mood language plpgsql immutable as
      'begin return ''a''; end';
    create operator public.<#> (leftarg = integer, rightarg = integer, function = public.added);
    create function public.fires() returns trigger language plpgsql as 'begin return new; end';
"""
_LATER = """
    alter domain strange.word add check (strange.ran(value) <> '') not valid;
    drop cast (strange.mood as text);
    create function strange.told(strange.mood) returns text language sql immutable as 'select strange.ran(null)';
    create cast (strange.mood as text) with function strange.told(strange.mood) as implicit;
    drop cast (strange.number as integer);
    create function strange.counted(strange.number) returns integer language sql immutable as
      'select length(strange.ran(null))';
    create function strange.counted_far(strange.number) returns bigint language sql immutable as
      'select length(strange.ran(null))';
    create cast (strange.number as integer) with function strange.counted(strange.number) as implicit;
    create cast (strange.number as bigint) with function strange.counted_far(strange.number) as implicit;
    create function strange.made(text) returns strange.span language sql immutable as
      'select row(strange.ran($1))::strange.span';
    create cast (text as strange.span) with function strange.made(text) as implicit;
    create function strange.made(public.kind) returns strange.span language sql immutable as
      'select row(strange.ran(null))::strange.span';
    create cast (public.kind as strange.span) with function strange.made(public.kind) as implicit;
"""
_TEXTS = (
    "public.mood()::text <> ''",
    "(public.moods()).a::text <> ''",
    "(1 operator(public.<#>) 2)::text <> ''",
    "public.takes(note)",
    "public.takes(kind)",
    "(o).mood::text <> ''",
    "(o).w <> '{y}'",
    "(os[1]).w <> '{y}'",
)


@pytest.fixture
def planted(database: Database, stranger: Stranger) -> Iterator[Stranger]:
    """Somebody who changes what is theirs after the owner has built upon it."""
    stranger.connection.execute(_THEIRS)
    with database.connect() as owner:
        owner.execute(_OURS)
        owner.execute(_HUNG)
    stranger.connection.execute(_LATER)
    stranger.platform.execute("select setval('strange.runs_ever', 1, false)")
    yield stranger
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False


def _refused(database: Database, declared: Declaration, match: str = "stranger|of others|other roles decide") -> None:
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match=match):
                way(declared)


@pytest.mark.parametrize("text", _TEXTS)
def test_nothing_is_computed_by_what_takes_or_gives_one(database: Database, planted: Stranger, text: str):
    filled = Backfill(table="days", name="b", key="id", assignments={"note": f"({text})::text"}, where="note = 'a'")
    _refused(database, TablePatch(table="days", checks=(Check(name="c", expression=text),)))
    _refused(database, TablePatch(table="days", columns=(Column(name="n", type="boolean", generated=text),)))
    _refused(database, Index(name="i", table="days", keys=("id",), where=text))
    _refused(database, Index(name="i", table="days", keys=(f"({text})",)))
    _refused(database, filled)
    if not {"note", "kind", "o", "os[1]"}.intersection(text.replace("(", " ").replace(")", " ").split()):
        _refused(database, TablePatch(table="days", columns=(Column(name="n", type="boolean", default=text),)))
        keyed = f"list ((id > 0 and {text}))"
        _refused(database, Table(name="fresh", columns=(Column(name="id", type="integer"),), partition_by=keyed))


_ROW = "(new.o).w <> '{y}'"
_OF_ROWS: dict[str, Declaration] = {
    "trigger": Trigger(
        name="t", table="days", timing="before", events=(TriggerEvent.UPDATE,), when=_ROW, function="public.fires"
    ),
    "column": TablePatch(
        table="days",
        columns=(Column(name="fresh", type="public.other"),),
        checks=(Check(name="c", expression="(fresh).w <> '{y}'"),),
    ),
    "key": Table(
        name="fresh",
        columns=(Column(name="o", type="public.other[]"),),
        partition_by="list ((((o)[1]).w <> '{y}'))",
    ),
    "literal": Table(
        name="fresh",
        columns=(Column(name="id", type="integer"),),
        partition_by="list ((id > 1 and public.words() <> '{y}'))",
    ),
}


@pytest.mark.parametrize("what", _OF_ROWS)
def test_no_text_gives_a_literal_to_a_row_of_a_table_with_one(database: Database, planted: Stranger, what: str):
    _refused(database, _OF_ROWS[what])


_HUNG = """
    create table public.a (note text);
    create rule hung as on update to public.a where new.note <> '' and public.words() <> '{x}' do also nothing;
    create table public.b (note text);
    create table public.log (is_so boolean);
    create rule hung as on update to public.b where new.note <> '' do also
      insert into public.log values (public.words() <> '{x}');
    create table public.c (note text);
    create statistics public.hung on (note || (public.words() <> '{x}')::text), note from public.c;
    create table public.d (note text);
    create statistics public.later on (note || public.mood()::text), note from public.d;
    create table public.e (note text check (note || (public.moods()).a::text <> ''));
    create table public.f (note text check (note || (1 operator(public.<#>) 2)::text <> ''));
    create table public.g (id integer primary key, note integer unique);
    insert into public.g values (1, 1);
    create table public.refers (number strange.number references public.g (note));
    insert into public.refers values ('1');
"""


@pytest.mark.parametrize("table", "abcdefg")
def test_what_the_server_reads_again_gives_it_nothing_of_theirs(database: Database, planted: Stranger, table: str):
    type = "bigint" if table == "g" else "varchar(9)"
    _refused(database, TablePatch(table=table, columns=(Column(name="note", type=type),)))


def test_no_row_is_written_that_a_key_compares_by_a_cast_of_theirs(database: Database, planted: Stranger):
    filled = Backfill(table="g", name="b", key="id", assignments={"note": "2"}, where="note = 1")
    _refused(database, filled, r"compares something with type strange\.number of stranger")


_CHECK = """
    alter domain strange.word drop constraint word_check;
    insert into public.words values (1, 'a');
    alter domain strange.word add check (query_to_xml('select strange.ran(null)', true, true, '') is not null)
      not valid;
"""
_OF_A_LOGIN: dict[str, tuple[str, Declaration]] = {
    "view": (
        "create view strange.seen as select query_to_xml('select strange.ran(null)', true, true, '')::text as a",
        Backfill(
            table="plain", name="b", key="id", assignments={"note": "(select a from strange.seen)"}, where="id = 1"
        ),
    ),
    "domain": (
        _CHECK,
        Backfill(table="words", name="b", key="id", assignments={"word": "'b'"}, where="word = 'a'"),
    ),
    "cast": (
        "select 1",
        TablePatch(table="moods", checks=(Check(name="c", expression="mood::text <> ''"),)),
    ),
}


@pytest.mark.parametrize("what", _OF_A_LOGIN)
def test_nothing_runs_of_a_login_whose_rights_the_deploying_role_inherits(
    database: Database, planted: Stranger, what: str
):
    made, declared = _OF_A_LOGIN[what]
    with database.connect() as owner:
        owner.execute("create table public.words (id integer primary key, word strange.word)")
        owner.execute("grant insert on public.words to stranger; grant usage on schema public to stranger")
        owner.execute("create table public.moods (mood strange.mood); insert into public.moods values ('a')")
        owner.execute("create table public.plain (id integer primary key, note text)")
        owner.execute("insert into public.plain values (1)")
    planted.connection.execute(made.encode())
    planted.platform.execute("grant stranger to postgres")
    _refused(database, declared)
