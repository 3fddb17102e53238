"""Renames that others did or undo: by hand, by a program that the state does not know, by a set that takes over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import ApplyError
from supaschema.core.model import Hazard, Plan
from supaschema.database.settings import Settings
from supaschema.declarations import Declaration, Index, ObjectSet, Schema, View
from supaschema.provider.operations import Operations
from supaschema.registry import RESOURCES
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.declared import TITLE, notes
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

NOTES = notes("notes", TITLE)
PAGES = replace(notes("pages", replace(TITLE, name="heading", renamed_from=("title",))), renamed_from=("notes",))
BY_TITLE = Index(name="by_title", table="notes", keys=("title",))
BY_HEADING = Index(name="by_heading", table="pages", keys=("heading",), renamed_from=("by_title",))
VIEW = View(name="titles", query="select title from public.notes")
LATER = replace(VIEW, query="select heading from public.pages")
BOTH = ObjectSet(objects=(PAGES, BY_HEADING))
KEY = 'alter table "public"."pages" rename constraint "notes_pkey" to "pages_pkey"'
INDEX = 'alter index "public"."by_title" rename to "by_heading"'


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    """A connection of the owner, to a database with a table that has a row, an index and a view."""
    with managed(database.url) as objects:
        for item in (NOTES, BY_TITLE, VIEW):
            objects.apply(item)
    with database.connect() as connection:
        connection.execute("insert into notes (title) values ('a')")
        yield connection


def texts(plan: Plan) -> list[str]:
    """Return the statements of a plan."""
    return [statement.text for statement in plan.statements]


def deploy(objects: Objects, *declared: tuple[Declaration, Declaration]) -> None:
    """Deploy declarations, each as the resource of another, and find nothing to do then."""
    for item, named in declared:
        objects.apply(item, named=named)
    assert all(objects.preview(item, named=named).empty for item, named in declared)


def test_what_was_renamed_by_hand_is_taken_for_the_same(database: Database, owner: Connection) -> None:
    owner.execute("alter table notes rename to pages; alter table pages rename column title to heading")
    with managed(database.url) as objects:
        shown = objects.preview(PAGES, named=NOTES)
        assert texts(objects.preview(BY_HEADING, named=BY_TITLE)) == [INDEX]
    assert "table public.pages is table public.notes by the ledger, and was renamed by hand" in " ".join(shown.notes)
    assert texts(shown) == [KEY]

    with managed(database.url) as objects:
        deploy(objects, (PAGES, NOTES), (BY_HEADING, BY_TITLE))
    # Its former names are known, so that the program as it was before gives them back.
    with managed(database.url) as objects:
        deploy(objects, (NOTES, NOTES), (BY_TITLE, BY_TITLE))
    assert column(owner, "select title from notes") == ["a"]
    owner.execute("delete from notes")
    with managed(database.url) as objects:
        for item in (VIEW, BY_TITLE, NOTES):
            objects.remove(item)
    assert column(owner, "select relname from pg_class where relname in ('notes', 'pages')") == []


def test_a_set_takes_what_was_renamed_by_hand_for_the_same(database: Database, owner: Connection) -> None:
    owner.execute("alter table notes rename to pages")
    with managed(database.url) as objects:
        shown = objects.preview(BOTH)
        deploy(objects, (BOTH, BOTH))
    assert texts(shown) == ['alter table "public"."pages" rename column "title" to "heading"', INDEX, KEY]
    owner.execute("delete from pages")
    with managed(database.url) as objects:
        for item in (VIEW, BOTH):
            objects.remove(item)
    assert column(owner, "select relname from pg_class where relname in ('notes', 'pages')") == []


def test_a_set_takes_over_what_is_renamed_again_without_consent(database: Database, owner: Connection) -> None:
    with managed(database.url) as objects:
        deploy(objects, (PAGES, NOTES), (BY_HEADING, BY_TITLE))
    with managed(database.url) as objects:
        deploy(objects, (NOTES, NOTES), (BY_TITLE, BY_TITLE))

    both = replace(BOTH, objects=(*BOTH.objects, LATER))
    with managed(database.url) as objects:
        shown = objects.preview(both)
        deploy(objects, (both, both))
    assert Hazard.CORRECTNESS not in {hazard.hazard for statement in shown.statements for hazard in statement.hazards}
    assert column(owner, "select heading from titles") == ["a"]


def test_a_refresh_of_a_state_from_before_a_rename_goes_on(database: Database, owner: Connection) -> None:
    owner.execute("alter table notes rename to pages")
    resource, urn = RESOURCES["supaschema:index:View"], "urn:pulumi:test::objects::supaschema:index:View::public.titles"
    inputs = VIEW.to_inputs()

    verbs = Operations(Settings(database_url=database.url))
    found = verbs.read(resource, urn, "public.titles", inputs, inputs)
    assert found is not None
    assert not verbs.diff(resource, urn, found[1], inputs, inputs, id="public.titles").replaces
    # Of what a program has it is told as ever.
    verbs.declared_twice(resource, urn, VIEW)
    with pytest.raises(ApplyError, match="does not exist"):
        verbs.diff(resource, urn, inputs, inputs, inputs, id="public.titles")
    verbs.pipeline.close()


def test_a_table_keeps_its_rows_when_it_and_its_schema_are_called_as_they_never_were_here(
    database: Database, owner: Connection
) -> None:
    before = Schema(name="bureau", renamed_from=("office",)), replace(PAGES, schema="bureau")
    program = Schema(name="office"), replace(NOTES, schema="office")
    urns = [f"urn:pulumi:test::objects::supaschema:index:{type(item).__name__}::one" for item in program]
    kinds = [RESOURCES[urn.split("::")[2]] for urn in urns]

    verbs = Operations(Settings(database_url=database.url))
    states = [
        verbs.create(kind, urn, it.to_inputs()).outputs for kind, urn, it in zip(kinds, urns, before, strict=True)
    ]
    verbs.pipeline.close()
    owner.execute("insert into bureau.pages (heading) values ('b')")
    verbs, told = Operations(Settings(database_url=database.url)), ""
    for kind, urn, item in zip(kinds, urns, program, strict=True):
        verbs.declared_twice(kind, urn, item)
    for kind, urn, olds, old, item in zip(kinds, urns, states, before, program, strict=True):
        found = verbs.diff(kind, urn, olds, old.to_inputs(), item.to_inputs(), id=kind.identify(old))
        assert found.replaces == ()
        told += verbs.preview(kind, urn, olds, item.to_inputs())
    for kind, urn, olds, item in zip(kinds, urns, states, program, strict=True):
        verbs.update(kind, urn, olds, item.to_inputs())
    verbs.pipeline.close()

    assert ("drop" in told, "create" in told) == (False, False)
    assert column(owner, "select title from office.notes") == ["b"]
