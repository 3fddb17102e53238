"""A cast that somebody made for a type of theirs does not run when the archive takes values of that type."""

from __future__ import annotations

import pytest

from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.core.errors import OwnershipError
from supaschema.database.settings import URL_VARIABLE
from supaschema.declarations import (
    Backfill,
    Check,
    Column,
    Declaration,
    ForeignKey,
    Index,
    Policy,
    PolicyCommand,
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
_NAMED = "type strange.(mood|part) belongs to stranger: a cast of theirs would run"


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


_IMPLICIT = f"{_MOOD.removesuffix(';' + chr(10))} as implicit"
_OF_MOOD = """
    create table public.days (id integer primary key, mood strange.mood);
    create table public.names (name text primary key);
    insert into public.names values ('bad');
    insert into public.days values (1, 'bad');
"""
_IS_BAD = "mood = 'bad'::text"


@pytest.mark.parametrize(
    "declared",
    [
        TablePatch(
            table="days",
            foreign_keys=(ForeignKey(columns=("mood",), references="names", referenced_columns=("name",)),),
        ),
        TablePatch(table="days", checks=(Check(name="c", expression=_IS_BAD),)),
        TablePatch(table="days", columns=(Column(name="is_bad", type="boolean", generated=_IS_BAD),)),
        Index(table="days", name="i", keys=("(mood::text)",)),
        Index(table="days", name="i", keys=("id",), where=_IS_BAD),
        Policy(table="days", name="p", command=PolicyCommand.SELECT, to=("anon",), using=_IS_BAD),
        Backfill(table="days", name="b", key="id", assignments={"id": "id"}, where=_IS_BAD),
    ],
    ids=lambda declared: type(declared).__name__,
)
def test_nothing_is_computed_of_a_column_of_a_strange_type(
    database: Database, stranger: Stranger, declared: Declaration
):
    stranger.connection.execute(_IMPLICIT.replace("language plpgsql as", "language plpgsql immutable as", 1).encode())
    with database.connect() as owner:
        owner.execute(_OF_MOOD)
    for way in ("preview", "apply"):
        with managed(database.url) as objects, pytest.raises(OwnershipError, match="a cast of theirs would run"):
            getattr(objects, way)(declared)
    assert stranger.ran() == []


def test_a_column_of_a_strange_type_is_indexed_and_held_unique_as_its_type_does(database: Database, stranger: Stranger):
    stranger.connection.execute(_IMPLICIT.encode())
    with database.connect() as owner:
        owner.execute(_OF_MOOD)
    with managed(database.url) as objects:
        objects.apply(Index(table="days", name="i", keys=("mood", "id")))
        objects.apply(TablePatch(table="days", uniques=(Unique(columns=("mood",)),)))
    assert stranger.ran() == []
