"""A cast that somebody made for a type of theirs does not run when the archive takes values of that type."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from psycopg import errors

from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.core.errors import OwnershipError
from supaschema.database import fired
from supaschema.database.settings import URL_VARIABLE
from supaschema.declarations import (
    Backfill,
    Check,
    Column,
    Declaration,
    ForeignKey,
    Index,
    MaterializedView,
    Policy,
    PolicyCommand,
    Table,
    TablePatch,
    Unique,
)
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import one
from tests.support.declared import notes
from tests.support.objects import managed

_MOOD = """
    create type strange.mood as enum ('fine', 'bad');
    create function strange.told(strange.mood) returns text language plpgsql as
      'begin perform strange.note(); return null; end';
    create cast (strange.mood as text) with function strange.told(strange.mood);
"""
_USED = """
    alter table public.notes add mood strange.mood, add state strange.mood default 'fine';
    insert into public.notes (mood, state) values ('bad', 'bad'), (null, 'fine');
"""


def test_a_column_of_a_strange_type_goes_to_the_archive_by_the_types_own_text(database: Database, stranger: Stranger):
    stranger.connection.execute(_MOOD)
    with managed(database.url) as objects, database.connect() as owner:
        objects.apply(notes())
        owner.execute(_USED)
    with managed(database.url) as objects, database.connect() as owner:
        objects.apply(notes())
        kept = one(owner, "select jsonb_agg(column_values order by key) from supaschema_archive.column_values")
    assert kept == [{"mood": "bad", "state": "bad"}]
    assert stranger.ran() == []


def test_a_table_with_a_strange_type_goes_to_the_archive_likewise(database: Database, stranger: Stranger):
    stranger.connection.execute(_MOOD)
    with managed(database.url) as objects, database.connect() as owner:
        objects.apply(notes())
        owner.execute(_USED)
    with managed(database.url) as objects, database.connect() as owner:
        objects.remove(notes())
        kept = one(owner, 'select array_agg(mood order by mood) from supaschema_archive."public.notes"')
    assert kept == ["bad", None]
    assert stranger.ran() == []


def test_no_column_of_a_strange_type_gets_another_type(database: Database, stranger: Stranger):
    stranger.connection.execute(_MOOD.replace("(strange.mood);\n", "(strange.mood) as assignment;\n"))
    table = notes("notes", Column(name="mood", type="text"))
    with managed(database.url) as objects, database.connect() as owner:
        objects.apply(table)
        owner.execute("alter table public.notes alter mood type strange.mood using 'bad'")
        owner.execute("insert into public.notes (mood) values ('bad')")
    for way in ("preview", "apply"):
        with managed(database.url) as objects, pytest.raises(OwnershipError, match="a cast of theirs would run"):
            getattr(objects, way)(table)
    assert stranger.ran() == []


_KEYS = {
    "enumeration": f"""{_MOOD}
    create function strange.made(text) returns strange.mood language plpgsql as
      'begin perform strange.note(); return $1::varchar::strange.mood; end';
    create cast (text as strange.mood) with function strange.made(text);
""",
    "domain": "create domain strange.mood as text check (strange.note())",
    "domain of an array's elements": """
    create domain strange.part as text check (strange.note());
    create domain strange.mood as strange.part[];
""",
}
_KEYED = """
    create table public.days (mood strange.mood, number integer, org_id uuid, primary key (mood, number));
    insert into public.days select {}, n from generate_series(1, 300) n;
"""
_NAMED = "type strange.(mood|part|word) belongs to stranger: a cast of theirs would run"


@pytest.fixture(params=_KEYS)
def keyed(request: pytest.FixtureRequest, database: Database, stranger: Stranger) -> TablePatch:
    """What patches a table whose rows a type of the stranger's tells apart; the archive takes its values in batches."""
    days = TablePatch(table="days", columns=(Column(name="a", type="text"),))
    stranger.connection.execute(_KEYS[request.param].encode())
    with managed(database.url) as objects, database.connect() as owner:
        owner.execute(_KEYED.format("array['bad']" if "array" in request.param else "'bad'").encode())
        objects.apply(days)
        owner.execute("update public.days set a = 'x'")
    stranger.platform.execute("truncate strange.runs")
    return days


def test_no_batch_makes_a_key_of_a_strange_type(database: Database, stranger: Stranger, keyed: TablePatch):
    filled = Backfill(table="days", name="b", key="mood", assignments={"a": "'y'"}, where="a = 'x'", batch_size=100)
    with managed(database.url) as objects:
        for refused in (
            lambda: objects.removal(keyed),
            lambda: objects.remove(keyed),
            lambda: objects.preview(filled),
            lambda: objects.apply(filled),
        ):
            with pytest.raises(OwnershipError, match=_NAMED):
                refused()
    assert stranger.ran() == []


def test_what_is_kept_by_such_a_key_neither_comes_back_nor_is_told_apart(
    database: Database, stranger: Stranger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    organization = "e53d7d42-23a9-5795-7591-ad71127ef946"
    days = TablePatch(table="days", columns=(Column(name="a", type="text"),))
    stranger.connection.execute(_KEYS["enumeration"].encode())
    with managed(database.url) as objects, database.connect() as owner:
        owner.execute("create table public.days (mood text primary key, org_id uuid)")
        objects.apply(days)
        owner.execute("insert into public.days values ('bad', %s, 'x')", [organization])
        objects.remove(days)
        owner.execute("alter table public.days alter mood type strange.mood using 'bad'")
    with managed(database.url) as objects:
        for back in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match=_NAMED):
                back(days)
    monkeypatch.setenv(URL_VARIABLE, database.url)
    assert main(["purge", "--organization", organization, "--yes"]) == Exit.FINDINGS
    assert "left: public.days" in capsys.readouterr().err
    assert stranger.ran() == []


def test_a_row_is_an_organizations_by_its_types_own_text(
    database: Database, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
):
    organization = "e53d7d42-23a9-5795-7591-ad71127ef946"
    days = TablePatch(table="days", columns=(Column(name="a", type="text"),))
    stranger.connection.execute(_MOOD.replace("'fine'", f"'{organization}'", 1).encode())
    with managed(database.url) as objects, database.connect() as owner:
        owner.execute("create table public.days (id integer primary key, org_id strange.mood)")
        objects.apply(days)
        owner.execute("insert into public.days values (1, %s, 'x'), (2, 'bad', 'y')", [organization])
        objects.remove(days)
    monkeypatch.setenv(URL_VARIABLE, database.url)
    assert main(["purge", "--organization", organization, "--yes"]) == Exit.DONE
    assert one(stranger.platform, "select array_agg(key) from supaschema_archive.column_values") == ["2"]
    assert stranger.ran() == []


def test_nothing_is_hung_on_a_kept_table_between_the_look_at_it_and_the_purge(
    database: Database, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
):
    organization, hold, tried = "e53d7d42-23a9-5795-7591-ad71127ef946", fired.hold_own_on, list[str]()
    with managed(database.url) as objects:
        objects.apply(notes("notes", Column(name="org_id", type="uuid")))
        stranger.platform.execute("insert into public.notes (org_id) values (%s)", [organization])
        objects.remove(notes("notes", Column(name="org_id", type="uuid")))

    def plant_after_holding(connection: Any, name: Any) -> None:
        hold(connection, name)
        stranger.platform.execute("set lock_timeout = '100ms'")
        with pytest.raises(errors.LockNotAvailable):
            stranger.platform.execute("""
                create trigger planted before delete on supaschema_archive."public.notes"
                  for each row execute function strange.fired()
            """)
        tried.append("refused")

    monkeypatch.setattr(fired, "hold_own_on", plant_after_holding)
    monkeypatch.setenv(URL_VARIABLE, database.url)
    assert main(["purge", "--organization", organization, "--yes"]) == Exit.DONE
    assert tried == ["refused"]
    assert one(stranger.platform, 'select count(*) from supaschema_archive."public.notes"') == 0
    assert stranger.ran() == []


_IMPLICIT = f"{_MOOD.removesuffix(';' + chr(10))} as implicit"
_OF_MOOD = """
    create table public.days (id integer primary key, mood strange.mood, "odd ""mood" strange.mood);
    create table public.names (name text primary key);
    insert into public.names values ('bad');
    insert into public.days values (1, 'bad');
    create table public.plain (id integer primary key);
    create table public.holder (id integer, h public.days);
    insert into public.plain values (1);
"""
_IS_BAD = "mood = 'bad'::text"
_ALIKE = ("MOOD = 'bad'::text", r"""U&"m\006fod" = 'bad'::text""", """"odd ""mood" = 'bad'::text""", "mood")


def _filled(value: str, where: str, table: str = "days") -> Backfill:
    return Backfill(table=table, name="b", key="id", assignments={"id": value}, where=where)


_COMPUTED: tuple[Declaration, ...] = (
    TablePatch(
        table="days",
        foreign_keys=(ForeignKey(columns=("mood",), references="names", referenced_columns=("name",)),),
    ),
    TablePatch(table="days", checks=(Check(name="c", expression=_IS_BAD),)),
    TablePatch(table="days", columns=(Column(name="is_bad", type="boolean", generated=_IS_BAD),)),
    Index(table="days", name="i", keys=("(mood::text)",)),
    Index(table="days", name="i", keys=("id",), where=_IS_BAD),
    Policy(table="days", name="p", command=PolicyCommand.SELECT, to=("anon",), using=_IS_BAD),
    _filled("id", _IS_BAD),
    *(TablePatch(table="days", checks=(Check(name="c", expression=text),)) for text in _ALIKE),
    Index(table="days", name="i", keys=("(MOOD::text)",)),
    Index(table="holder", name="i", keys=("((h).mood::text)",)),
    TablePatch(table="holder", checks=(Check(name="c", expression=f"(h).{_IS_BAD}"),)),
    Index(table="days", name="i", keys=("id",), where="mood"),
    TablePatch(table="days", columns=(Column(name="told", type="text", generated="mood"),)),
    TablePatch(table="days", checks=(Check(name="c", expression="to_jsonb(days) <> '{}'"),)),
    _filled("length(MOOD)", "id = 1"),
    _filled("mood", "id = 1"),
    Backfill(table="days", name="b", key="id", assignments={"mood": "lower('BAD')"}, where="id = 1"),
)


def test_nothing_is_computed_of_a_column_of_a_strange_type(database: Database, stranger: Stranger):
    stranger.connection.execute(_IMPLICIT.replace("language plpgsql as", "language plpgsql immutable as", 1).encode())
    with database.connect() as owner:
        owner.execute(_OF_MOOD)
    with managed(database.url) as objects:
        for declared in _COMPUTED:
            for way in (objects.preview, objects.apply):
                with pytest.raises(OwnershipError, match="a cast of theirs would run"):
                    way(declared)
    assert stranger.ran() == []


def test_a_column_of_a_strange_type_is_indexed_and_held_unique_as_its_type_does(database: Database, stranger: Stranger):
    stranger.connection.execute(_IMPLICIT.encode())
    with database.connect() as owner:
        owner.execute(_OF_MOOD)
    with managed(database.url) as objects:
        objects.apply(Index(table="days", name="i", keys=("mood", "id")))
        objects.apply(TablePatch(table="days", uniques=(Unique(columns=("mood",)),)))
    assert stranger.ran() == []


def test_no_query_of_a_back_fill_reads_one(database: Database, stranger: Stranger):
    stranger.connection.execute(_IMPLICIT.encode())
    with database.connect() as owner:
        owner.execute(_OF_MOOD)
        owner.execute("create view public.sad as select id from public.days where mood = 'bad'::text")
    with managed(database.url) as objects:
        for query in (
            "select from public.days o where o.mood = 'bad'::text",
            "select from (select * from public.days) q(a, b) where b = 'bad'::text",
            "select from public.days o where to_jsonb(o) <> '{}'",
            "select from public.sad",
        ):
            filled = _filled("id", f"exists ({query})", table="plain")
            for way in (objects.preview, objects.apply):
                with pytest.raises(OwnershipError, match=r"type strange\.mood of stranger"):
                    way(filled)
    assert stranger.ran() == []


_MORE = """
    create domain strange.word as text check (strange.note());
    create function strange.more(integer, integer) returns integer language plpgsql as
      'begin perform strange.note(); return $2; end';
"""
_OWN_UPON_THEIRS = """
    create domain public.odd as integer check (strange.noted(value::text) is not null);
    create aggregate public.whole (integer) (sfunc = strange.more, stype = integer);
"""
_FILLED = (
    ("days", "select id, mood::text as told from public.days", r"calls function strange\.told"),
    ("days", "select id, strange.noted('x') as told from public.days", r"calls function strange\.noted"),
    ("days", "select id from public.sad", r"view public\.sad calls function strange\.told"),
    ("plain", "select id, id::public.odd as told from public.plain", r"odd_check calls function strange\.noted"),
    ("plain", "select public.whole(id) as told from public.plain", r"public\.whole.* calls function strange\.more"),
    ("plain", "select id, 'x'::strange.word as told from public.plain", r"names type strange\.word"),
    ("days", "select id, row_to_json(d) as told from public.days d", r"column mood of .* is of type strange\.mood"),
)


def test_no_materialized_view_that_runs_their_code_is_filled_again(database: Database, stranger: Stranger):
    stranger.connection.execute(f"{_IMPLICIT}; {_MORE}".encode())
    with database.connect() as owner:
        owner.execute(f"{_OF_MOOD}; {_OWN_UPON_THEIRS}".encode())
        owner.execute("create view public.sad as select id from public.days where mood = 'bad'::text")
    for table, query, named in _FILLED:
        with database.connect() as owner:
            owner.execute("drop materialized view if exists public.told")
            owner.execute(f"create materialized view public.told as {query}".encode())
        stranger.platform.execute("truncate strange.runs")
        widened = TablePatch(table=table, columns=(Column(name="id", type="bigint", nullable=False),))
        with managed(database.url) as objects:
            for way in (objects.preview, objects.apply):
                with pytest.raises(OwnershipError, match=named):
                    way(widened)
        assert stranger.ran() == []


@pytest.mark.parametrize("there", ["nothing", "another query"])
def test_no_materialized_view_that_runs_their_code_is_declared(database: Database, stranger: Stranger, there: str):
    stranger.connection.execute(f"{_IMPLICIT}; {_MORE}".encode())
    harmless = MaterializedView(name="told", query="select id from public.plain")
    with database.connect() as owner:
        owner.execute(f"{_OF_MOOD}; {_OWN_UPON_THEIRS}".encode())
        owner.execute("create view public.sad as select id from public.days where mood = 'bad'::text")
    with managed(database.url) as objects:
        if there == "another query":
            objects.apply(harmless)
        for _, query, _ in _FILLED:
            for way in (objects.preview, objects.apply):
                with pytest.raises(OwnershipError, match=r"stranger|other roles decide"):
                    way(replace(harmless, query=query))
        objects.apply(harmless)
    assert stranger.ran() == []


_WHOLE = """
    create table public.logs (word strange.word, id integer) partition by list (word);
    create table public.logs_b partition of public.logs for values in ('b') partition by list (word);
    create table public.logs_c partition of public.logs_b for values in ('b');
"""


@pytest.mark.parametrize("key", ["word", "lower(word)"])
def test_no_bound_is_turned_into_a_strange_type(database: Database, stranger: Stranger, key: str):
    """What a preview runs is counted by a sequence: it is not taken back."""
    stranger.connection.execute(_COUNTING)
    with database.connect() as owner:
        owner.execute(_WHOLE.replace("(word)", f"(({key}))").encode())
    stranger.platform.execute("select setval('strange.runs_ever', 1, false)")
    for whole in ("logs", "logs_b"):
        part = Table(name="fresh", columns=(), partition_of=whole, bound="for values in ('a')")
        for way in ("preview", "apply"):
            with managed(database.url) as objects, pytest.raises(OwnershipError, match=_NAMED):
                getattr(objects, way)(part)
    for name in ("logs_b", "logs_c"):
        with managed(database.url) as objects:
            objects.preview(TablePatch(table=name, checks=(Check(name="c", expression="id > 0"),)))
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False


_COUNTING = """
    create sequence strange.runs_ever;
    grant all on strange.runs_ever to public;
    create function strange.count_runs() returns boolean language plpgsql as
      'begin return nextval(''strange.runs_ever'') > 0; end';
    create domain strange.word as text check (strange.count_runs());
"""
