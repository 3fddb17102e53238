"""What names a renamed object in the same set, or stands in the same schema, follows without being made again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import DependencyError
from supaschema.declarations import Column, ForeignKey, ObjectSet, PrimaryKey, Schema, Table, View
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import managed
from tests.support.renamed import FUNCTION, NOTES, POLICY, STAMP, TRIGGER, VIEW
from tests.support.sessions import Connection

PAGE = Table(
    name="pages",
    columns=(Column(name="id", type="bigint", nullable=False), Column(name="note", type="bigint")),
    primary_key=PrimaryKey(columns=("id",)),
    foreign_keys=(ForeignKey(columns=("note",), references="notes"),),
)
SET = ObjectSet(
    objects=(
        NOTES,
        PAGE,
        replace(VIEW, query="select id, public.shorten(title) as title from public.notes"),
        FUNCTION,
        STAMP,
        TRIGGER,
        replace(POLICY, using="public.shorten(title) <> ''"),
    )
)
RENAMED_SET = ObjectSet(
    objects=(
        replace(NOTES, name="sheets", renamed_from=("notes",)),
        replace(PAGE, foreign_keys=(ForeignKey(columns=("note",), references="sheets"),)),
        replace(
            VIEW,
            name="headings",
            renamed_from=("titles_of_notes",),
            query="select id, public.cut(title) as title from public.sheets",
        ),
        replace(FUNCTION, name="cut", renamed_from=("shorten",)),
        replace(STAMP, name="mark", renamed_from=("stamp",)),
        replace(TRIGGER, table="sheets", function="public.mark"),
        replace(POLICY, table="sheets", using="public.cut(title) <> ''"),
    )
)


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    """A connection of the owner."""
    with database.connect() as connection:
        yield connection


def test_members_of_a_set_are_renamed_with_all_that_names_them(database: Database, owner: Connection) -> None:
    foreign_keys = "select array_agg(oid order by oid) from pg_constraint where conrelid = 'pages'::regclass"
    with managed(database.url) as objects:
        objects.apply(SET)
        keys = one(owner, foreign_keys)
        shown = [statement.text for statement in objects.preview(RENAMED_SET).statements]
        objects.apply(RENAMED_SET)
        assert objects.preview(RENAMED_SET).empty

    assert [text for text in shown if " rename " not in text] == []
    assert one(owner, foreign_keys) == keys
    with managed(database.url) as later:
        assert later.preview(RENAMED_SET).empty
        later.remove(RENAMED_SET)
    assert column(owner, "select relname from pg_class where relname in ('notes', 'sheets', 'pages', 'headings')") == []


def test_members_of_a_set_move_up_by_one_name(database: Database, owner: Connection) -> None:
    first, second = (View(name=name, query=f"select {place} as place") for place, name in enumerate("ab"))
    shifted = ObjectSet(
        objects=(
            View(name="a", query="select 7 as place"),
            replace(first, name="b", renamed_from=("a",)),
            replace(second, name="c", renamed_from=("b",)),
        )
    )
    with managed(database.url) as objects:
        objects.apply(ObjectSet(objects=(first, second)))
        ids = column(owner, "select unnest(array['a'::regclass::oid, 'b'::regclass::oid])")
        objects.apply(shifted)

        assert objects.preview(shifted).empty
    assert column(owner, "select unnest(array['b'::regclass::oid, 'c'::regclass::oid])") == ids
    assert column(owner, "select place from a") == [7]
    with managed(database.url) as later:
        assert later.preview(shifted).empty
        later.remove(shifted)
    assert column(owner, "select relname from pg_class where relname in ('a', 'b', 'c')") == []


def test_a_schema_is_renamed_with_all_that_is_in_it(database: Database, owner: Connection) -> None:
    key = NOTES.foreign_keys[0]
    table = replace(NOTES, schema="office", foreign_keys=(replace(key, references="office.notes"),))
    view = replace(VIEW, schema="office", query="select id, title from office.notes")
    stamp = replace(STAMP, schema="office")
    trigger = replace(TRIGGER, schema="office", function="office.stamp")
    after = Schema(name="bureau", renamed_from=("office",))
    pairs = (
        (replace(table, schema="bureau", foreign_keys=(replace(key, references="bureau.notes"),)), table),
        (replace(view, schema="bureau", query="select id, title from bureau.notes"), view),
        (replace(stamp, schema="bureau"), stamp),
        (replace(trigger, schema="bureau", function="bureau.stamp"), trigger),
    )
    with managed(database.url) as objects:
        for item in (Schema(name="office"), table, view, stamp, trigger):
            objects.apply(item)
        owner.execute("insert into office.notes values (1, 'a', 1)")
        oid = one(owner, "select 'office.notes'::regclass::oid")
        shown = objects.preview(after, named=Schema(name="office"))
        assert [statement.text for statement in shown.statements] == ['alter schema "office" rename to "bureau"']
        objects.apply(after, named=Schema(name="office"))
        # What else the stack has there follows, each resource of it under its own name.
        for new, old in pairs:
            assert objects.preview(new, named=old).empty
            objects.apply(new, named=old)
    assert one(owner, "select 'bureau.notes'::regclass::oid") == oid
    with managed(database.url) as later:
        assert all(later.preview(new, named=old).empty for new, old in pairs)
        owner.execute("delete from bureau.notes")
        for item in (trigger, view, table, stamp, Schema(name="office")):
            later.remove(item)
    assert column(owner, "select nspname from pg_namespace where nspname in ('office', 'bureau')") == []


def test_a_table_moves_to_a_schema_that_has_its_like_and_back(database: Database, owner: Connection) -> None:
    titled = Table(name="titled", schema="one", columns=NOTES.columns[:2], primary_key=PrimaryKey(columns=("id",)))
    like = replace(titled, schema="two")
    named = replace(titled, name="sheets", renamed_from=("titled",))
    moved = replace(named, schema="two", renamed_from=("one.titled", "one.sheets"))
    with managed(database.url) as objects:
        for item in (Schema(name="one"), Schema(name="two"), like, titled):
            objects.apply(item)
        owner.execute("insert into one.titled values (1, 'a'); insert into two.titled values (2, 'b')")
        # Its key would come to where another one of that name is, before it gets its own.
        with pytest.raises(DependencyError, match=r"move.*by index two\.titled_pkey"):
            objects.preview(moved, named=titled)
        objects.apply(named, named=titled)
        objects.apply(moved, named=titled)

    # Neither of its names is free in the schema of the other for a moment.
    with managed(database.url) as objects:
        shown = [statement.text for statement in objects.preview(titled).statements]
        objects.apply(titled)
        assert objects.preview(titled).empty
    # From version 18 on what forbids null has a name, too.
    assert [text for text in shown if "_not_null" not in text] == [
        'alter table "two"."sheets" set schema "one"',
        'alter table "one"."sheets" rename to "titled"',
        'alter table "one"."titled" rename constraint "sheets_pkey" to "titled_pkey"',
    ]
    assert (column(owner, "select title from one.titled"), column(owner, "select title from two.titled")) == (
        ["a"],
        ["b"],
    )
    owner.execute("create view one.lists as select 1 as n; create view two.sheets as select 1 as n")
    with managed(database.url) as objects:
        objects.apply(named, named=titled)
        with pytest.raises(DependencyError, match="third name"):
            objects.preview(replace(moved, name="lists", renamed_from=("one.sheets",)), named=titled)
