"""A table in the archive stands on no type or collation that others made, and comes back with those that it had."""

from __future__ import annotations

from typing import LiteralString

import pytest
from msgspec.structs import replace

from supaschema.core.errors import PreconditionError
from supaschema.declarations import Check, Column, EnumType, Exclusion, InlineIndex, PrimaryKey, Schema, Table
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import managed
from tests.support.sessions import Connection

TYPES: LiteralString = """
    create type public.mood as enum ('sad', 'happy');
    create type public.pair as (a integer, b text);
    create domain public.short as varchar(5) check (value <> '');
    create domain public.shorter as public.short;
    create domain public.moody as public.mood;
    create collation public.ordered from "C";
"""
DROP: LiteralString = (
    "drop domain public.moody; drop domain public.shorter; drop domain public.short; drop type public.pair; "
    "drop type public.mood; drop collation public.ordered"
)
DAYS = Table(
    name="days",
    columns=(
        Column(name="id", type="public.shorter", nullable=False),
        Column(name="mood", type="public.mood", default="'happy'", nullable=False),
        Column(name="moods", type="public.mood[]"),
        Column(name="kind", type="public.moody"),
        Column(name="pair", type="public.pair"),
        Column(name="said", type="character varying(9)", collation="public.ordered"),
        Column(name="is_sad", type="boolean", generated="mood = 'sad'"),
    ),
    primary_key=PrimaryKey(columns=("id",)),
    checks=(
        Check(name="never", expression="mood <> 'sad' or kind is null"),
        Check(name="some", expression="cardinality(moods) > 0"),
        Check(name="inner", expression="(pair).b <> ''"),
    ),
    exclusions=(Exclusion(name="apart", elements=("int4range(1, length((id)::text)) with &&",)),),
    indexes=(
        InlineIndex(name="by_mood", keys=("mood",)),
        InlineIndex(name="by_moods", keys=("moods",), method="gin"),
        InlineIndex(name="sad_ones", keys=("id",), where="mood = 'sad'"),
        InlineIndex(name="by_number", keys=("cardinality(moods)",)),
        InlineIndex(name="of_several", keys=("id",), where="cardinality(moods) > 1"),
    ),
)
ROWS = (
    "select array[id, mood::text, moods::text, kind::text, pair::text, said, is_sad::text]::text"
    " from public.days order by id"
)


def test_types_can_be_dropped_meanwhile_and_what_had_them_has_them_again(
    database: Database, connection: Connection
) -> None:
    connection.execute(TYPES)
    with managed(database.url) as objects:
        objects.apply(DAYS)
    connection.execute("insert into public.days values ('a', 'happy', '{sad,happy}', 'sad', '(1,x)', 'so')")
    held = column(connection, ROWS)
    with managed(database.url) as objects:
        objects.remove(DAYS)

    connection.execute(DROP)
    kept = "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = %s::regclass and attnum > 0"
    kept += " and not attisdropped order by attnum"
    assert column(connection, kept, 'supaschema_archive."public.days"') == [
        "character varying(5)",
        *["text"] * 4,
        "character varying(9)",
    ]
    connection.execute(TYPES)

    with managed(database.url) as objects:
        shown = objects.preview(DAYS)
        objects.apply(DAYS)
        assert objects.preview(DAYS).empty
    assert [item.text for item in shown.statements if "drop" in item.text] == []
    assert column(connection, ROWS) == held
    assert column(connection, kept, "public.days")[:2] == ["shorter", "mood"]
    with managed(database.url) as objects:
        assert objects.preview(DAYS).empty


@pytest.mark.parametrize("type", ["text", "public.temper"])
def test_a_type_that_nobody_has_any_more_is_not_waited_for(
    database: Database, connection: Connection, type: str
) -> None:
    table = Table(
        name="days",
        columns=(Column(name="id", type="integer", nullable=False), Column(name="mood", type="public.mood")),
        primary_key=PrimaryKey(columns=("id",)),
    )
    connection.execute("create type public.mood as enum ('sad', 'happy')")
    with managed(database.url) as objects:
        objects.apply(table)
        connection.execute("insert into public.days values (1, 'sad')")
        objects.remove(table)
    connection.execute("drop type public.mood")
    connection.execute("create type public.temper as enum ('sad', 'mad')")
    using = None if type == "text" else "mood::public.temper"
    with managed(database.url) as objects:
        objects.apply(replace(table, columns=(table.columns[0], Column(name="mood", type=type, using=using))))

    assert one(connection, "select mood::text from public.days") == "sad"


def test_a_type_that_is_made_before_the_table_in_the_same_run_is_taken(
    database: Database, connection: Connection
) -> None:
    table = Table(
        name="days",
        columns=(Column(name="id", type="integer", nullable=False), Column(name="mood", type="public.mood")),
        primary_key=PrimaryKey(columns=("id",)),
    )
    connection.execute("create type public.mood as enum ('sad', 'happy')")
    with managed(database.url) as objects:
        objects.apply(table)
        connection.execute("insert into public.days values (1, 'sad')")
        objects.remove(table)
    connection.execute("drop type public.mood")
    with managed(database.url) as objects:
        texts = [item.text for item in objects.preview(table).statements]
    assert [text for text in texts if "mood" in text] == [
        'alter table "public"."days" alter column "mood" type public.mood using "mood"::public.mood'
    ]


def test_a_value_that_its_type_has_no_more_is_told_in_the_preview(database: Database, connection: Connection) -> None:
    table = Table(
        name="days",
        columns=(Column(name="id", type="integer", nullable=False), Column(name="mood", type="public.mood")),
        primary_key=PrimaryKey(columns=("id",)),
    )
    connection.execute("create type public.mood as enum ('sad', 'happy')")
    with managed(database.url) as objects:
        objects.apply(table)
        connection.execute("insert into public.days values (1, 'sad'), (2, 'happy')")
        objects.remove(table)
    connection.execute("drop type public.mood; create type public.mood as enum ('happy')")
    with (
        managed(database.url) as objects,
        pytest.raises(PreconditionError, match=r"are none of public\.mood") as refused,
    ):
        objects.preview(table)

    assert "purge public.days" in str(refused.value)
    assert one(connection, "select count(*) from supaschema_archive.tables") == 1


_CALLED_LATER = {
    'inner."My Mood"': EnumType(schema="inner", name="My Mood", labels=("sad", "happy"), renamed_from=("mood",)),
    "later.mood": Schema(name="later", renamed_from=("inner",)),
}


@pytest.mark.parametrize("type", _CALLED_LATER)
def test_a_type_that_is_called_otherwise_by_then_is_the_same(
    database: Database, connection: Connection, type: str
) -> None:
    def days(mood: str) -> Table:
        named = (Column(name="mood", type=mood), Column(name="moods", type=f"{mood}[]"))
        return Table(name="days", columns=(Column(name="id", type="integer"), *named))

    with managed(database.url) as objects:
        objects.apply(Schema(name="inner"))
        objects.apply(EnumType(schema="inner", name="mood", labels=("sad", "happy")))
        objects.apply(days("inner.mood"))
        connection.execute("insert into public.days values (1, 'sad', '{happy}')")
        objects.remove(days("inner.mood"))
        objects.apply(_CALLED_LATER[type])
        objects.apply(days(type))

    assert one(connection, "select concat(mood, moods) from public.days") == "sad{happy}"
