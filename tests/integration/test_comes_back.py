"""What was there comes back as it was: rows again and again, names, bodies that name what is gone by now."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import LiteralString

import pytest
from msgspec.structs import replace

from supaschema.core.errors import ApplyError, DependencyError, PreconditionError
from supaschema.core.model import Plan
from supaschema.declarations import (
    Column,
    CronJob,
    Function,
    InlineIndex,
    ObjectSet,
    PrimaryKey,
    Schema,
    Sequence,
    TablePatch,
    View,
)
from tests.fixtures.postgres import Database
from tests.integration.test_spelling import SPELLED
from tests.support.catalog import column, one
from tests.support.declared import TITLE, notes
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    with managed(database.url) as found:
        yield found


def texts(plan: Plan) -> list[str]:
    """Return a plan's statements."""
    return [statement.text for statement in plan.statements]


def test_a_table_with_rows_goes_and_comes_back_within_one_process(objects: Objects, connection: Connection) -> None:
    objects.apply(notes("notes", TITLE))
    connection.execute("insert into public.notes (title) values ('kept')")

    for _ in range(2):
        objects.remove(notes("notes", TITLE))
        shown = texts(objects.preview(notes("notes", TITLE)))
        assert texts(objects.apply(notes("notes", TITLE))) == shown
        assert column(connection, "select title from public.notes") == ["kept"]
        back = "select count(*) from supaschema.history where statement = %s"
        assert all((connection.execute(back, [text]).fetchone() or (0,))[0] for text in shown)


def test_tables_with_one_key_name_go_one_after_the_other_and_come_back(
    objects: Objects, connection: Connection
) -> None:
    pair = [replace(notes(name), primary_key=PrimaryKey(columns=("id",), name="the_key")) for name in ("one", "two")]
    for table in pair:
        objects.apply(table)
        connection.execute(f"insert into public.{table.name} default values".encode())
        objects.remove(table)

    for table in pair:
        objects.apply(table)
        assert one(connection, f"select count(*) from public.{table.name}") == 1
        key = f"conrelid = 'public.{table.name}'::regclass and contype = 'p'"
        assert column(connection, f"select conname::text from pg_constraint where {key}") == ["the_key"]
        objects.remove(table)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("create type public.notes as (a integer)", "type public.notes has its name"),
        ("create type public.notes as enum ('a')", "type public.notes has its name"),
        ("create domain public.notes as integer", "type public.notes has its name"),
        ("create sequence public.notes", "sequence public.notes has its name"),
        ("create index notes on public.others (id)", "index public.notes has its name"),
        ("create view public.notes_pkey as select 1", "view public.notes_pkey has the name of"),
        ("create sequence public.by_title", "sequence public.by_title has the name of"),
        (
            "alter table public.others add constraint notes_number_seq unique (email)",
            "index public.notes_number_seq has the name of",
        ),
    ],
)
def test_a_table_whose_name_or_the_name_of_what_comes_with_it_is_taken_by_then_is_refused(
    objects: Objects, connection: Connection, statement: LiteralString, words: str
) -> None:
    number = Column(name="number", type="bigint", identity="by default", nullable=False)
    table = replace(notes("notes", TITLE, number), indexes=(InlineIndex(name="by_title", keys=("title",)),))
    connection.execute("create table public.others (id integer, email text)")
    objects.apply(table)
    connection.execute("insert into public.notes (title) values ('kept')")
    objects.remove(table)
    connection.execute(statement)

    with pytest.raises(DependencyError, match=words) as refused:
        objects.preview(table)
    assert "comes back from the archive" in str(refused.value)


def test_what_the_same_program_makes_under_a_name_that_comes_back_is_refused(
    objects: Objects, connection: Connection
) -> None:
    one, other = (replace(notes(it, TITLE), indexes=(InlineIndex(name="by_title", keys=("title",)),)) for it in "ab")
    for table in (one, other):
        objects.apply(table)
        connection.execute(f"insert into public.{table.name} default values".encode())
        objects.remove(table)

    with pytest.raises(
        DependencyError, match=r"table public\.a, which this program makes too, has the name of an index"
    ):
        objects.preview(ObjectSet(objects=(one, other)))
    objects.preview(one)
    with pytest.raises(
        DependencyError, match=r"table public\.a, which this program makes too, has the name of an index"
    ):
        objects.preview(other)
    with pytest.raises(DependencyError, match=r"table public\.a, which this program makes too, has its name"):
        objects.preview(ObjectSet(objects=(Sequence(name="by_title"),)))


def test_a_table_does_not_get_the_name_of_one_in_the_archive(
    database: Database, objects: Objects, connection: Connection
) -> None:
    for name in ("b", "a"):
        objects.apply(notes(name))
        connection.execute(f"insert into public.{name} default values".encode())
    objects.remove(notes("b"))
    renamed = replace(notes("b"), renamed_from=("a",))

    with managed(database.url) as later:
        with pytest.raises(DependencyError, match=r"table public\.a: .*archive holds.*purge public\.b"):
            later.preview(renamed, named=notes("a"))
        with pytest.raises(DependencyError, match="archive holds"):
            later.apply(renamed, named=notes("a"))
    assert one(connection, "select count(*) from public.a") == 1


def test_the_value_of_a_sequence_is_none_of_a_column(
    database: Database, objects: Objects, connection: Connection
) -> None:
    objects.apply(Sequence(name="numbers"))
    connection.execute("select nextval('public.numbers')")
    objects.remove(Sequence(name="numbers"))
    renamed = Sequence(name="counts", renamed_from=("numbers",))
    assert any("sequence public.numbers is in the archive" in note for note in objects.preview(renamed).notes)
    connection.execute("create table public.numbers (id integer primary key)")
    patch = TablePatch(table="numbers", columns=(Column(name="last_value", type="integer"),))

    with managed(database.url) as later:
        for do in (later.preview, later.apply):
            with pytest.raises(PreconditionError, match=r"sequence public\.numbers.*purge public\.numbers\.last_value"):
                do(patch)
    connection.execute("select supaschema.forget('public.numbers', '{last_value}')")
    with managed(database.url) as later:
        later.apply(patch)


def test_what_the_archive_has_of_a_schema_that_has_another_name_is_told(
    database: Database, objects: Objects, connection: Connection
) -> None:
    table = replace(notes("x"), schema="former")
    for declared in (Schema(name="former"), table):
        objects.apply(declared)
    connection.execute("insert into former.x default values")
    objects.remove(table)

    renamed = Schema(name="later", renamed_from=("former",))
    told = "table former.x is in the archive, and does not come back as table later.x"
    with managed(database.url) as later:
        assert any(told in note for note in later.preview(renamed, named=Schema(name="former")).notes)
        later.apply(renamed, named=Schema(name="former"))
    with managed(database.url) as later:
        assert any(told in note for note in later.preview(replace(table, schema="later")).notes)


def test_a_body_that_names_what_is_gone_by_now_comes_back(objects: Objects, connection: Connection) -> None:
    connection.execute("create table public.gone (a integer)")
    body = "select a from gone"
    connection.execute(f"create function public.f() returns integer language sql as '{body}'".encode())
    ours = Function(name="f", returns="integer", language="sql", body="select 1")
    objects.apply(ours)
    connection.execute("drop table public.gone")

    assert texts(objects.removal(ours)) == texts(objects.remove(ours))
    assert one(connection, "select prosrc from pg_proc where proname = 'f'") == body


def test_a_name_of_a_not_null_from_before_a_rename_comes_back(
    database: Database, objects: Objects, connection: Connection
) -> None:
    if database.server.major < 18:
        pytest.skip("NOT NULL has a name that is kept since PostgreSQL 18")
    connection.execute("create table public.odd (id integer primary key, a text constraint named not null)")
    connection.execute("alter table public.odd rename a to b")
    patch = TablePatch(table="odd", nullability={"b": True})

    objects.apply(patch)
    objects.remove(patch)

    names = (
        "select conname::text from pg_constraint where conrelid = 'public.odd'::regclass and contype = 'n' order by 1"
    )
    assert column(connection, names) == ["named", "odd_id_not_null"]


def test_another_major_version_of_the_server_is_no_change(database: Database, objects: Objects) -> None:
    for item in SPELLED:
        objects.apply(item)
    with database.connect_superuser() as platform:
        platform.execute("update supaschema.objects set server_major = 14")

    with managed(database.url) as later:
        assert [text for item in SPELLED for text in texts(later.preview(item))] == []
        assert all(later.apply(item).empty for item in SPELLED)
    with database.connect_superuser() as platform:
        assert column(platform, "select distinct server_major from supaschema.objects") == [database.server.major]


def test_settings_are_written_in_one_order(database: Database) -> None:
    settings = {"work_mem": "4MB", "lock_timeout": "1s", "statement_timeout": "5s"}
    with managed(database.url) as objects:
        plans = {
            tuple(
                texts(objects.preview(Function(name="s", returns="int", language="sql", body="select 1", settings=it)))
            )
            for it in map(dict, itertools.permutations(settings.items()))
        }

    assert len(plans) == 1


def test_a_label_that_an_enum_lacks_is_refused_until_it_is_there(objects: Objects, connection: Connection) -> None:
    connection.execute("create type public.mood as enum ('a')")
    view = View(name="happy", query="select 'b'::public.mood as mood")

    with pytest.raises(ApplyError, match=r'invalid input value for enum public\.mood: "b"'):
        objects.preview(view)
    connection.execute("alter type public.mood add value 'b'")
    assert objects.apply(view).statements


def test_a_job_where_nothing_would_run_it_is_refused(database: Database) -> None:
    with database.connect_superuser() as platform:
        platform.execute("drop schema cron cascade")

    with managed(database.url) as objects, pytest.raises(ApplyError, match=r"does not have cron\.job"):
        objects.preview(CronJob(name="nightly", schedule="@daily", command="select 1"))
