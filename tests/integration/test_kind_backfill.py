"""Back-fills, on a server: every row that wants it, in batches, once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from supaschema.declarations import Backfill, Column, ObjectSet, PrimaryKey, Table
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.objects import Objects, managed

FILL = Backfill(
    name="state",
    table="imported_documents",
    assignments={
        "title": "case sync_status when 'error' then 'failed 100%' else imported_documents.sync_status end",
        "file_type": "coalesce(file_type, 'unknown')",
    },
    where="title is null",
    batch_size=7,
)


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    with database.connect() as connection:
        connection.execute("update public.imported_documents set title = null")
    with managed(database.url) as found:
        yield found


def wanting(database: Database) -> object:
    with database.connect() as connection:
        return one(connection, "select count(*) from public.imported_documents where title is null")


def test_every_row_that_wants_it_is_written_and_the_end_is_recorded(database: Database, objects: Objects):
    plan = objects.apply(FILL)

    assert wanting(database) == 0
    with database.connect() as connection:
        wrong = (
            "select count(*) from public.imported_documents where title <> replace(sync_status, 'error', 'failed 100%')"
        )
        assert one(connection, wrong) == 0
        assert one(connection, "select definition ->> 'where' from supaschema.backfills") == FILL.where
    assert "%(after)s" in plan.statements[0].text
    assert objects.preview(FILL).empty


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("bigint", "n"),
        ("text", "'k' || n"),
        ("numeric(9,2)", "n / 4.0"),
        ("timestamptz", "timestamptz '2020-01-01' + n * interval '1 h'"),
    ],
)
def test_keys_of_any_ordered_type_do(database: Database, objects: Objects, type: str, value: str):
    with database.connect() as connection:
        connection.execute(f'create table public."T 100%" ("the Key" {type} primary key, "a ""b" text)')
        connection.execute(f'insert into public."T 100%" select {value} from generate_series(1, 100) n')
    fill = Backfill(
        name="f", table="T 100%", key="the Key", assignments={'a "b': "'x'"}, where='"a ""b" is null', batch_size=30
    )
    objects.apply(fill)

    with database.connect() as connection:
        assert one(connection, 'select count(*) from public."T 100%" where "a ""b" = \'x\'') == 100
    assert objects.preview(fill).empty


def test_a_batch_answers_its_greatest_key_and_how_many_it_wrote(database: Database, objects: Objects):
    with database.connect() as connection:
        connection.execute("create table public.numbered (n bigint primary key, a text)")
        connection.execute("insert into public.numbered select n from generate_series(1, 25) n")
        fill = Backfill(name="f", table="numbered", key="n", assignments={"a": "'%'"}, where="a is null", batch_size=12)
        statement = objects.preview(fill).statements[0]
        batch = statement.text.encode()
        rows = [
            connection.execute(batch, {"after": after, "size": 12}).fetchone() for after in (None, "12", "24", "25")
        ]

    assert rows == [("12", 12), ("24", 12), ("25", 1), (None, 0)]


def test_a_row_that_somebody_changes_meanwhile_is_left_as_they_wrote_it(database: Database, objects: Objects):
    with database.connect() as connection:
        first = one(connection, "select id from public.imported_documents order by id limit 1")
        with connection.transaction():
            connection.execute("update public.imported_documents set title = 'theirs' where id = %s", [first])
            running = threading.Thread(target=objects.apply, args=(FILL,))
            running.start()
            running.join(timeout=1)
            assert running.is_alive(), "the back-fill waits for the row"
        running.join(timeout=30)
        assert one(connection, "select title from public.imported_documents where id = %s", first) == "theirs"
    assert wanting(database) == 0


def test_a_changed_backfill_runs_anew_and_another_batch_size_does_not(database: Database, objects: Objects):
    objects.apply(FILL)
    values = {name: getattr(FILL, name) for name in FILL.__struct_fields__}

    assert objects.preview(Backfill(**{**values, "batch_size": 9})).empty
    again = Backfill(**{**values, "where": "title = 'completed'", "assignments": {"title": "'done'"}})
    objects.apply(again)
    with database.connect() as connection:
        assert one(connection, "select count(*) from public.imported_documents where title = 'completed'") == 0
    objects.remove(again)
    with database.connect() as connection:
        assert one(connection, "select to_regclass('supaschema.backfills') is null")


def test_of_a_table_that_the_same_plan_makes_the_key_has_its_own_type(database: Database, objects: Objects):
    table = Table(
        name="fresh",
        columns=(Column(name="id", type="uuid", nullable=False), Column(name="title", type="text")),
        primary_key=PrimaryKey(columns=("id",)),
    )
    fill = Backfill(name="titles", table="fresh", assignments={"title": "'none'"}, where="title is null")

    objects.apply(ObjectSet(objects=(table, fill)))

    with database.connect() as connection:
        assert one(connection, "select count(*) from supaschema.backfills where name = 'titles'") == 1
