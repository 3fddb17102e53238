"""A program that is as it was before a rename has its objects under their former names, with their rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import DependencyError
from supaschema.declarations import (
    Argument,
    Column,
    Declaration,
    Function,
    Index,
    PrimaryKey,
    Schema,
    Table,
    Unique,
    View,
)
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import managed
from tests.support.sessions import Connection

ID = Column(name="id", type="bigint", nullable=False)
TITLE = Column(name="title", type="text", nullable=False)
NOTES = Table(
    name="notes", columns=(ID, TITLE), primary_key=PrimaryKey(columns=("id",)), uniques=(Unique(columns=("title",)),)
)
HEADED = replace(
    NOTES,
    columns=(ID, replace(TITLE, name="heading", renamed_from=("title",))),
    uniques=(Unique(columns=("heading",)),),
)
PAGES = replace(NOTES, name="pages", renamed_from=("notes",))
HEADED_PAGES = replace(HEADED, name="pages", renamed_from=("notes",))
FILES = "select pg_relation_filenode('notes')"


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    """A connection of the owner, to a table of one row that a stack has."""
    with managed(database.url) as objects:
        objects.apply(NOTES)
    with database.connect() as connection:
        connection.execute("insert into notes values (1, 'a')")
        yield connection


def deploy(database: Database, declared: Declaration, *, named: Declaration | None = None) -> tuple[list[str], str]:
    """Deploy as a process of its own; return what the preview shows, and what it says."""
    with managed(database.url) as objects:
        shown = objects.preview(declared, named=named)
        applied = objects.apply(declared, named=named)
        assert [item.text for item in applied.statements] == [item.text for item in shown.statements]
        assert objects.preview(declared, named=named).empty
    return [item.text for item in shown.statements if "_not_null" not in item.text], " ".join(shown.notes)


@pytest.mark.parametrize("said", [HEADED, replace(HEADED, columns=(ID, replace(TITLE, name="heading")))])
def test_a_column_has_its_former_name_again(database: Database, owner: Connection, said: Table) -> None:
    file = one(owner, FILES)
    deploy(database, HEADED)
    # Nothing says any more that it was called otherwise.
    deploy(database, said)

    shown, notes = deploy(database, NOTES)

    assert shown == [
        'alter table "public"."notes" rename column "heading" to "title"',
        'alter table "public"."notes" rename constraint "notes_heading_key" to "notes_title_key"',
    ]
    assert "column public.notes.heading is renamed back to column public.notes.title" in notes
    assert column(owner, "select title from notes") == ["a"]
    assert one(owner, FILES) == file


@pytest.mark.long
@pytest.mark.parametrize("named", [NOTES, PAGES], ids=["one resource", "two resources"])
def test_a_table_has_its_former_names_again(database: Database, owner: Connection, named: Table) -> None:
    file = one(owner, FILES)
    deploy(database, replace(HEADED_PAGES), named=named)
    deploy(database, replace(HEADED_PAGES, name="leaves", renamed_from=("pages",)), named=named)

    shown, notes = deploy(database, NOTES)

    assert shown[:2] == [
        'alter table "public"."leaves" rename to "notes"',
        'alter table "public"."notes" rename column "heading" to "title"',
    ]
    assert not any("create" in text or "drop" in text for text in shown)
    assert "table public.leaves is renamed back to table public.notes" in notes
    assert column(owner, "select title from notes") == ["a"]
    assert one(owner, FILES) == file
    assert column(owner, "select object from supaschema.objects where object ~ 'leaves|heading'") == []
    # And forth again.
    deploy(database, HEADED_PAGES)
    assert column(owner, "select heading from pages") == ["a"]


def test_what_has_no_rows_has_its_former_name_again(database: Database, owner: Connection) -> None:
    view = View(name="titles", query="select title from public.notes")
    index = Index(name="by_title", table="notes", keys=("title desc",))
    cut = Function(
        name="cut", arguments=(Argument(name="n", type="integer"),), returns="integer", language="sql", body="select n"
    )
    program = ((view, "headings"), (index, "by_heading"), (cut, "clip"))
    oids = "select array['titles'::regclass::oid, 'by_title'::regclass::oid, 'cut(int)'::regprocedure::oid]"
    for declared, _ in program:
        deploy(database, declared)
    before = one(owner, oids)

    for declared, name in program:
        deploy(database, replace(declared, name=name, renamed_from=(declared.name,)))
    for declared, _ in program:
        (text,), _ = deploy(database, declared)
        assert " rename to " in text

    assert one(owner, oids) == before


def test_a_former_name_is_another_object_s(database: Database, owner: Connection) -> None:
    deploy(database, PAGES)
    empty = replace(NOTES, columns=(ID,), uniques=())
    with managed(database.url) as objects:
        # The program has both.
        objects.declare(replace(PAGES, renamed_from=()))
        made = objects.apply(empty)
    assert any("create table" in item.text for item in made.statements)
    assert (column(owner, "select * from notes"), column(owner, "select title from pages")) == ([], ["a"])
    with managed(database.url) as objects:
        objects.remove(empty)
    owner.execute("create table notes (id bigint primary key)")

    # It exists, and is nobody's.
    shown, _ = deploy(database, empty)

    assert not any(" rename to " in text for text in shown)
    assert column(owner, "select title from pages") == ["a"]


def test_another_stack_s_table_stays(database: Database, owner: Connection) -> None:
    deploy(database, PAGES)
    owner.execute("update supaschema.objects set urn = replace(urn, ':test::', ':other::')")

    shown, _ = deploy(database, NOTES)

    assert any("create table" in text for text in shown)
    assert column(owner, "select title from pages") == ["a"]


def test_columns_that_were_given_each_other_s_names_have_their_own_again(database: Database, owner: Connection) -> None:
    body = Column(name="body", type="text")
    told = replace(NOTES, columns=(ID, TITLE, body))
    deploy(database, told)
    owner.execute("update notes set body = 'b'")
    given = replace(body, name="title", nullable=False, renamed_from=("body",))
    away = replace(TITLE, name="heading", nullable=True, renamed_from=("title",))
    deploy(database, replace(told, columns=(ID, away, given), uniques=(Unique(columns=("heading",)),)))

    shown, _ = deploy(database, told)

    assert not any(" add column " in text or " drop column " in text for text in shown)
    assert column(owner, "select title || body from notes") == ["ab"]


def test_a_schema_and_what_is_in_it_have_their_former_names_again(database: Database, owner: Connection) -> None:
    def program(schema: str, name: str, *former: str) -> tuple[Declaration, ...]:
        table = replace(NOTES, schema=schema, name=name, renamed_from=former[1:])
        return Schema(name=schema, renamed_from=former[:1]), table

    before, after = program("drawer", "papers"), program("shelf", "books", "drawer", "papers")
    for declared in before:
        deploy(database, declared)
    owner.execute("insert into drawer.papers values (1, 'a')")
    for named, declared in zip(before, after, strict=True):
        deploy(database, declared, named=named)

    for declared in before:
        shown, _ = deploy(database, declared)
        assert not any("create" in text or "drop" in text for text in shown)

    assert column(owner, "select title from drawer.papers") == ["a"]


def test_a_view_whose_column_changes_and_has_its_former_name_again_goes_in_two_deployments(
    database: Database, owner: Connection
) -> None:
    size = Column(name="size", type="integer")
    sized = replace(NOTES, columns=(ID, TITLE, size))
    deploy(database, sized)
    owner.execute("update notes set size = 7")
    owner.execute("create view sizes as select size from notes")
    named = replace(sized, columns=(ID, TITLE, replace(size, name="length", renamed_from=("size",))))
    deploy(database, named)
    deploy(database, replace(sized, columns=(ID, TITLE, replace(size, name="length", type="bigint"))))

    with (
        managed(database.url) as objects,
        pytest.raises(DependencyError, match="by its former name, length"),
    ):
        objects.preview(sized)

    # As it says.
    deploy(database, named)
    deploy(database, sized)
    assert column(owner, "select size from sizes") == [7]
