"""Rows that an index cannot hold are counted in the preview, and only such."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from supaschema.declarations import Column, Declaration, Index, Table, TablePatch, Unique
from tests.fixtures.postgres import Database
from tests.support.objects import Objects, managed
from tests.support.previews import refused

# What is random is not compressed to less.
ROWS = """
    create function random_text(size integer) returns text volatile language sql as
      'select string_agg(md5(random()::text), '''') from generate_series(1, $1 / 32)';
    create table "Notes" (
      id bigint, short varchar(20), long text, same text, parts text[], day date,
      doc jsonb,
      ranged text generated always as (left(long, 10)) stored
    );
    insert into "Notes" select n, 'a', 'short', repeat('a', 100000), array['a'], current_date
      from generate_series(1, 9) n;
    insert into "Notes" select n, 'b', random_text(3200 * n), 'b', array[random_text(3200), 'b'], current_date
      from generate_series(1, 3) n;
    update "Notes" set doc = jsonb_build_object('long', long);
    create table parted (id bigint, long text) partition by range (id);
    create table parted_1 partition of parted for values from (0) to (10);
    insert into parted select 1, random_text(3200);
    create materialized view noted as select long from "Notes";
"""


@pytest.fixture
def objects(database: Database):
    with database.connect() as connection:
        connection.execute(ROWS)
    with managed(database.url) as objects:
        yield objects


def indexed(*keys: str, table: str = "Notes", name: str = "new", method: str = "btree") -> Index:
    return Index(name=name, table=table, keys=keys, method=method)


TOO_LONG: Sequence[tuple[int, str, Declaration]] = (
    (3, "Notes", indexed("long")),
    (3, "Notes", indexed("id", "lower(long) desc")),
    (2, "Notes", replace(indexed("long"), where="id > 1")),
    (3, "Notes", replace(indexed("id"), include=("long",))),
    (3, "Notes", indexed("parts", method="gin")),
    (2, "Notes", indexed("long", method="brin")),
    (3, "Notes", TablePatch(table="Notes", uniques=(Unique(name="new", columns=("id", "long")),))),
    (1, "parted", indexed("long", table="parted")),
    (3, "noted", indexed("long", table="noted")),
)


def test_rows_that_an_index_cannot_hold_are_counted(database: Database, objects: Objects) -> None:
    found = []
    for number, table, declared in TOO_LONG:
        words = f"{number} rows of public.{table} hold values that are too long for the index new."
        found += refused(database, objects, {words: [declared]})

    assert found == []


def test_what_an_index_takes_in_less_is_no_reason(objects: Objects) -> None:
    program = (
        indexed("same", name="compressed"),
        indexed("lower(same)", name="computed"),
        indexed("long", method="hash", name="hashed"),
        indexed("md5(long)", name="short"),
        indexed("doc", name="hashes", method="gin"),
        indexed("to_tsvector('simple', long)", name="words", method="gin"),
        indexed("left(long, 2000)", "id", "short", "day", name="cut"),
        replace(indexed("long", name="partial"), where="id > 3 and short = 'a'"),
        TablePatch(table="Notes", uniques=(Unique(columns=("id", "short", "day")),)),
        Table(name="new", columns=(Column(name="id", type="text"),)),
    )

    for declared in program:
        assert objects.preview(declared).statements
        objects.apply(declared)
