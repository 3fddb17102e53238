"""Which changes of a column write a table anew."""

import pytest

from supaschema.core.model import Hazard, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.column import Column, ColumnKind
from supaschema.kinds.rewrites import is_volatile, type_rewrites

ID = ObjectId("column", ("public", "jobs", "state"))
TABLE = ObjectId("table", ("public", "jobs"))


@pytest.mark.parametrize(
    ("old", "new", "rewrites"),
    [
        ("varchar(50)", "character varying(100)", False),
        ("varchar(50)", "varchar(20)", True),
        ("varchar", "varchar(20)", True),
        ("varchar(50)", "text", False),
        ("text", "varchar(50)", True),
        ("varchar(50)[]", "varchar(100)[]", True),
        ("numeric(10, 2)", "numeric", False),
        ("numeric(10, 2)", "numeric(12, 4)", True),
        ("timestamp(3)", "timestamp(6)", False),
        ("timestamptz(6)", "timestamptz(3)", True),
        ("integer", "bigint", True),
        ("int", "int4", False),
    ],
)
def test_a_type_that_takes_the_same_bytes_rewrites_nothing(old, new, rewrites):
    assert type_rewrites(old, new, in_utc=True) is rewrites


def test_a_time_zone_that_is_not_utc_rewrites():
    assert type_rewrites("timestamp", "timestamptz", in_utc=False)
    assert not type_rewrites("timestamp", "timestamptz", in_utc=True)


@pytest.mark.parametrize(
    ("default", "volatile"),
    [
        ("now()", False),
        ("current_timestamp", False),
        ("'random()'::varchar(20)", False),
        ("auth.uid()", False),
        ("'1 (2)'::extensions.vector(3)", False),
        ("pg_catalog.gen_random_uuid()", True),
        ("lower(gen_random_uuid()::text)", True),
        ("app.token()", True),
        ('"app"."token" ()', True),
    ],
)
def test_a_default_is_volatile_by_what_it_calls(default, volatile):
    assert is_volatile(default) is volatile


@pytest.mark.parametrize(
    "column",
    [
        Column(type="uuid", default="gen_random_uuid()"),
        Column(type="bigint", identity="always"),
        Column(type="integer", generated="a + b"),
    ],
)
def test_what_is_computed_for_each_row_is_a_hazard_where_there_are_rows(column):
    empty, full = Context(major=17), Context(major=17, occupied=frozenset({TABLE}))

    found = [ColumnKind().create(ID, column, context).statements[0] for context in (empty, full)]

    assert [[note.hazard for note in statement.hazards] for statement in found] == [[], [Hazard.REWRITES_TABLE]]
    assert all(lock.rewrites for statement in found for lock in statement.locks)


def test_a_default_that_is_computed_for_each_row_can_be_written_in_batches():
    full = Context(major=17, occupied=frozenset({TABLE}))
    columns = (Column(type="uuid", default="gen_random_uuid()"), Column(type="integer", generated="a + b"))

    said = [ColumnKind().create(ID, column, full).statements[0].hazards[0].sentence for column in columns]

    assert ['existingRows "null" and a Backfill' in sentence for sentence in said] == [True, False]
