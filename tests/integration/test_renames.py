"""A declared rename is one statement: what stands on the object follows, and nothing is copied or made again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import PreconditionError
from supaschema.core.renames import with_names
from supaschema.declarations import (
    Check,
    Column,
    Grant,
    Index,
    InlineAccess,
    InlinePolicy,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Table,
    TablePatch,
    Unique,
)
from supaschema.kinds.constraint import Constraint
from supaschema.registry import RESOURCES
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

ID = Column(name="id", type="bigint", nullable=False)
TITLE = Column(name="title", type="text", nullable=False, comment="What lists show.")
READ = InlineAccess(
    policies=(InlinePolicy(name="read", command=PolicyCommand.SELECT, to=("authenticated",), using="title <> ''"),),
    grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),),
)
NOTES = Table(
    name="notes",
    columns=(ID, TITLE, Column(name="size", type="bigint", generated="length(title)")),
    primary_key=PrimaryKey(columns=("id",)),
    uniques=(Unique(columns=("title",)),),
    checks=(Check(name="short", expression="length(title) < 100 and title <> 'title'"),),
    access=READ,
)
HEADED = replace(
    NOTES,
    columns=(
        ID,
        replace(TITLE, name="heading", renamed_from=("title",)),
        replace(NOTES.columns[2], generated="length(heading)"),
    ),
    uniques=(Unique(columns=("heading",)),),
    checks=(Check(name="short", expression="length(heading) < 100 and heading <> 'title'"),),
    access=replace(READ, policies=(replace(READ.policies[0], using="heading <> ''"),)),
)
NAMED = "_not_null"
"""What PostgreSQL 18 calls the NOT NULL of a column by: it is renamed along."""
PAGES = replace(NOTES, name="pages", renamed_from=("leaves", "notes"))
ATTRIBUTES = (
    "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped order by 1"
)


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """What applies declarations."""
    with managed(database.url) as found:
        yield found


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    """A connection of the owner."""
    with database.connect() as connection:
        yield connection


def test_a_column_is_renamed_whose_child_calls_its_not_null_otherwise(objects: Objects, owner: Connection) -> None:
    owner.execute("create table notes (title text not null)")
    owner.execute("create table cards (title text not null)")
    owner.execute("alter table cards inherit notes")
    renamed = replace(TITLE, name="heading", renamed_from=("title",))

    objects.apply(Table(name="notes", columns=(TITLE,)))
    objects.apply(Table(name="notes", columns=(renamed,)))

    assert objects.preview(Table(name="notes", columns=(renamed,))).empty
    assert {name for (name,) in owner.execute(ATTRIBUTES, ["cards"])} == {"heading"}


def test_what_another_stack_declares_on_a_renamed_table_is_told(
    database: Database, objects: Objects, owner: Connection
) -> None:
    objects.apply(NOTES)
    objects.apply(TablePatch(table="notes", columns=(Column(name="more", type="text"),)))
    owner.execute("update supaschema.objects set urn = replace(urn, ':test::', ':other::') where urn ~ 'TablePatch'")
    with managed(database.url) as again:
        told = [note for note in again.preview(PAGES, named=NOTES).notes if "other" in note]
    (note,) = told
    assert note.startswith("column public.notes.more is column public.pages.more from then on, and declared by urn:")


def test_a_renamed_column_takes_along_what_stands_on_it(objects: Objects, owner: Connection) -> None:
    objects.apply(NOTES)
    owner.execute("insert into notes (id, title) values (1, 'a')")
    owner.execute("create view titles as select title from notes")
    file = one(owner, "select pg_relation_filenode('notes')")

    shown = [statement.text for statement in objects.preview(HEADED).statements]
    objects.apply(HEADED)

    assert [text for text in shown if NAMED not in text] == [
        'alter table "public"."notes" rename column "title" to "heading"',
        'alter table "public"."notes" rename constraint "notes_title_key" to "notes_heading_key"',
    ]
    assert column(owner, "select statement from supaschema.history order by id")[-len(shown) :] == shown
    assert column(owner, "select heading from notes") == ["a"] == column(owner, "select title from titles")
    assert one(owner, "select pg_relation_filenode('notes')") == file
    assert objects.preview(HEADED).empty
    owner.execute("drop view titles")
    objects.remove(HEADED)
    assert one(owner, "select to_regclass('notes')") is None
    objects.apply(HEADED)
    assert column(owner, "select heading from notes") == ["a"]


def test_a_column_renamed_and_changed_is_renamed_first(objects: Objects, owner: Connection) -> None:
    plain = replace(NOTES, columns=(ID, Column(name="size", type="integer")), uniques=(), checks=(), access=None)
    objects.apply(plain)
    owner.execute("insert into notes values (1, 7)")

    objects.apply(
        replace(plain, columns=(ID, Column(name="bytes", type="bigint", default="0", renamed_from=("size",))))
    )

    assert column(owner, "select bytes from notes") == [7]
    assert one(owner, "select format_type(atttypid, null) from pg_attribute where attname = 'bytes'") == "bigint"


def test_rows_that_forbid_what_comes_with_a_rename_are_told_before_it(objects: Objects, owner: Connection) -> None:
    objects.apply(NOTES)
    owner.execute("insert into notes (id, title) values (1, 'too long')")
    strict = replace(
        NOTES,
        name="pages",
        renamed_from=("notes",),
        columns=HEADED.columns,
        uniques=(),
        checks=(Check(name="brief", expression="length(heading) < 4"),),
        access=None,
    )

    with pytest.raises(PreconditionError, match=r"1 rows of public\.pages break the check brief") as refused:
        objects.preview(strict, named=NOTES)

    assert 'select * from "public"."notes" where not (length(title) < 4)' in str(refused.value)


def test_a_renamed_table_takes_along_what_it_is_named_by(objects: Objects, owner: Connection) -> None:
    objects.apply(NOTES)
    index = Index(name="notes_size", table="notes", keys=("size",))
    objects.apply(index)
    owner.execute("insert into notes (id, title) values (1, 'a')")

    shown = [statement.text for statement in objects.preview(PAGES, named=NOTES).statements]
    objects.apply(PAGES, named=NOTES)

    assert [text for text in shown if NAMED not in text] == [
        'alter table "public"."notes" rename to "pages"',
        'alter table "public"."pages" rename constraint "notes_pkey" to "pages_pkey"',
        'alter table "public"."pages" rename constraint "notes_title_key" to "pages_title_key"',
    ]
    assert column(owner, "select title from pages") == ["a"]
    assert column(owner, "select object from supaschema.objects where object like '%notes\"%'") == []
    assert column(owner, "select made from supaschema.objects where object like '%\"pages\"%' and not made") == []


def test_a_rename_that_was_done_or_never_needed_is_none(
    objects: Objects, owner: Connection, database: Database
) -> None:
    objects.apply(HEADED)
    assert column(owner, ATTRIBUTES, "notes") == ["heading", "id", "size"]
    objects.remove(HEADED)

    objects.apply(NOTES)
    owner.execute("alter table notes rename column title to heading")
    owner.execute("alter table notes rename constraint notes_title_key to notes_heading_key")
    with managed(database.url) as later:
        assert later.preview(HEADED).empty


def test_a_column_of_a_patch_is_renamed(objects: Objects, owner: Connection) -> None:
    objects.apply(TablePatch(table="events", columns=(Column(name="shelf", type="integer", default="1"),)))
    patch = TablePatch(
        table="events", columns=(Column(name="place", type="integer", default="1", renamed_from=("shelf",)),)
    )

    objects.apply(patch)

    assert set(column(owner, "select place from events")) == {1}
    objects.remove(patch)
    assert "place" not in column(owner, ATTRIBUTES, "events")


def test_what_the_archive_keeps_under_a_former_name_is_told_and_comes_back_under_it(
    objects: Objects, owner: Connection
) -> None:
    objects.apply(NOTES)
    owner.execute("insert into notes (id, title) values (1, 'a')")
    objects.remove(NOTES)

    notes = objects.preview(PAGES).notes
    objects.apply(NOTES)
    objects.apply(PAGES)

    assert any(note.startswith("table public.notes is in the archive, and does not come back") for note in notes)
    assert column(owner, "select title from pages") == ["a"]
    assert not any("is in the archive" in note for note in objects.preview(PAGES).notes)


def test_a_drop_beside_a_like_addition_is_shown_as_a_possible_rename(objects: Objects) -> None:
    objects.apply(NOTES)
    moved = replace(HEADED, columns=(ID, replace(HEADED.columns[1], renamed_from=()), HEADED.columns[2]))

    notes = objects.preview(moved).notes

    assert any('if this is a rename, write renamed_from=("title",)' in note for note in notes)


def test_a_column_is_not_declared_and_a_former_name_at_once() -> None:
    both = replace(HEADED, columns=(*HEADED.columns, TITLE))

    found = [problem.what for problem in RESOURCES["supaschema:index:Table"].problems(both)]

    assert 'column "title" is declared, and named as a former name of column "heading".' in found


def test_names_within_strings_and_of_functions_stay() -> None:
    before = Constraint(
        type="c", expression="""(title <> 'title' and "title" = title(1) and t.title is null and subtitle)"""
    )

    after = with_names(before, {"title": "Heading"}, {})

    assert (
        after.expression == """("Heading" <> 'title' and "Heading" = title(1) and t."Heading" is null and subtitle)"""
    )
