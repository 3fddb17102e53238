"""Materialized views that are declared: who waits while one is made anew, what it keeps, and what the preview tells."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import ApplyError, DeclarationError
from supaschema.core.model import Hazard
from supaschema.declarations import (
    Column,
    Grant,
    Index,
    InlineIndex,
    MaterializedView,
    ObjectSet,
    PrimaryKey,
    Privilege,
    Table,
    View,
)
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

NOTES = Table(
    name="notes",
    columns=(Column(name="id", type="bigint", nullable=False), Column(name="org", type="integer")),
    primary_key=PrimaryKey(columns=("id",)),
)
COUNTED = MaterializedView(
    schema="private",
    name="counted",
    query="select org, count(*) as notes from public.notes group by org",
    indexes=(InlineIndex(name="counted_org", keys=("org",), unique=True),),
    grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),),
    comment="How many.",
    column_comments={"notes": "The number."},
)
OTHERWISE = replace(COUNTED, query="select org, count(*) as notes, max(id) as last from public.notes group by org")
MOST = View(schema="private", name="most", query="select org from private.counted where notes > 1")
HELD = "select array_agg((org, notes)::text order by org) from private.counted"


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """A database with a table of which materialized views read, and a schema for these."""
    with managed(database.url) as found, database.connect() as owner:
        owner.execute("create schema if not exists private")
        found.apply(NOTES)
        owner.execute("insert into public.notes values (1, 1), (2, 1), (3, 2)")
        yield found


def test_what_is_declared_is_there_and_nothing_is_left_to_do(objects: Objects, connection: Connection):
    objects.apply(COUNTED)
    objects.apply(MOST)

    assert objects.preview(COUNTED).statements == ()
    found = objects.imported(COUNTED)
    assert isinstance(found, MaterializedView)
    assert replace(found, query=COUNTED.query) == COUNTED
    assert one(connection, HELD) == ["(1,2)", "(2,1)"]
    connection.execute("insert into public.notes values (4, 2)")
    connection.execute("refresh materialized view concurrently private.counted")
    assert objects.preview(COUNTED).statements == ()
    assert one(connection, "select has_table_privilege('anon', 'private.counted', 'select')") is False


def test_it_is_filled_and_indexed_before_anybody_waits_for_it(objects: Objects, connection: Connection):
    for declared in (COUNTED, MOST):
        objects.apply(declared)
    objects.apply(Index(schema="private", table="counted", name="counted_notes", keys=("notes desc",)))

    plan = objects.preview(OTHERWISE)
    fill, *builds, aside, drop = plan.statements[:5]
    assert fill.computes
    assert {item.text.partition(" index ")[0] for item in builds} == {"create unique", "create"}
    assert aside.text == 'drop view "private"."most"'
    assert drop.text == 'drop materialized view "private"."counted"'
    later = [lock for item in plan.statements[3:] for lock in item.locks]
    assert not any(lock.scans or lock.rewrites for lock in later)
    notes = {note.hazard for item in plan.statements for note in item.hazards}
    assert Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK not in notes

    objects.apply(OTHERWISE)
    assert one(connection, HELD) == ["(1,2)", "(2,1)"]
    assert one(
        connection, "select array_agg(indexname::text order by 1) from pg_indexes where tablename = 'counted'"
    ) == [
        "counted_notes",
        "counted_org",
    ]
    assert one(connection, "select has_table_privilege('authenticated', 'private.counted', 'select')") is True
    assert one(connection, "select count(*) from private.most") == 1
    assert objects.preview(OTHERWISE).statements == ()


def test_one_that_was_emptied_by_hand_is_not_filled_by_another_query(objects: Objects, connection: Connection):
    objects.apply(COUNTED)
    connection.execute("refresh materialized view private.counted with no data")
    objects.apply(OTHERWISE)

    assert one(connection, "select relispopulated from pg_class where oid = 'private.counted'::regclass") is False


def test_a_query_that_fails_changes_nothing(objects: Objects, connection: Connection):
    objects.apply(COUNTED)
    with pytest.raises(DeclarationError, match=r"syntax error"):
        objects.preview(replace(COUNTED, query="selec org from public.notes"))
    with pytest.raises(ApplyError, match=r"division by zero"):
        objects.apply(replace(COUNTED, query="select org, 1 / (id - id) as notes from public.notes"))

    assert one(connection, HELD) == ["(1,2)", "(2,1)"]
    assert objects.preview(COUNTED).statements == ()


def test_with_its_table_in_one_set_it_reads_what_comes_with_it(objects: Objects, connection: Connection):
    both = ObjectSet(objects=(NOTES, COUNTED, MOST))
    objects.apply(both, named=NOTES)
    wider = replace(NOTES, columns=(*NOTES.columns, Column(name="size", type="integer")))
    sized = replace(COUNTED, query="select org, count(size) as notes from public.notes group by org")
    objects.apply(ObjectSet(objects=(wider, sized, MOST)), named=NOTES)

    assert one(connection, HELD) == ["(1,0)", "(2,0)"]


def test_it_is_renamed_with_its_rows_and_goes_for_good(objects: Objects, connection: Connection):
    objects.apply(COUNTED)
    file = one(connection, "select pg_relation_filenode('private.counted')")
    renamed = replace(COUNTED, name="sums", renamed_from=("counted",))
    objects.apply(renamed, named=COUNTED)
    assert one(connection, "select pg_relation_filenode('private.sums')") == file
    again = replace(OTHERWISE, name="totals", renamed_from=("sums",), indexes=COUNTED.indexes)
    objects.apply(again, named=COUNTED)
    assert one(connection, "select max(last) from private.totals") == 3
    assert objects.preview(again, named=COUNTED).statements == ()

    objects.remove(COUNTED)
    assert one(connection, "select to_regclass('private.totals')") is None


def test_a_view_of_a_set_becomes_a_materialized_one_and_nobody_gains_or_loses_access(
    objects: Objects, connection: Connection
):
    connection.execute("alter default privileges in schema private grant all on tables to anon")
    plain = View(schema="private", name="counted", query=COUNTED.query, grants=COUNTED.grants)
    for declared in (ObjectSet(objects=(plain,)), ObjectSet(objects=(COUNTED,)), ObjectSet(objects=(plain,))):
        objects.apply(declared, named=plain)
        may = "select array[has_table_privilege({0}, {1}, 'select'), has_table_privilege({0}, {1}, 'insert')]"
        assert one(connection, may.format("'anon'", "'private.counted'")) == [False, False]
        assert one(connection, may.format("'authenticated'", "'private.counted'")) == [True, False]
