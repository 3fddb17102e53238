"""What may come right after a rename: the resource replaced, its state renamed, the program as it was before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from supaschema.core.errors import ConsentError, OwnershipError
from supaschema.core.model import Hazard
from supaschema.database.settings import Consent, Settings
from supaschema.declarations import Column, Declaration, Index, ObjectSet, Policy, PolicyCommand, Table, View
from supaschema.provider.operations import Operations
from supaschema.provider.outputs import inputs_of
from supaschema.registry import RESOURCES
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.declared import TITLE, notes
from tests.support.sessions import Connection

TABLE = RESOURCES["supaschema:index:Table"]
INDEX = RESOURCES["supaschema:index:Index"]
URN = "urn:pulumi:test::objects::supaschema:index:Table::table"
OTHER = "urn:pulumi:test::objects::supaschema:index:Table::other"
INDEX_URN = "urn:pulumi:test::objects::supaschema:index:Index::index"
NOTES = notes("notes", TITLE)
PAGES = replace(notes("pages", replace(TITLE, name="heading", renamed_from=("title",))), renamed_from=("notes",))
PAGES_OF_NOTES = replace(NOTES, name="pages", renamed_from=("notes",))
CONSENT = (Consent(Hazard.CORRECTNESS),)
SAID = replace(PAGES_OF_NOTES, renamed_from=())
NEW = replace(NOTES, columns=NOTES.columns[:1])
NEW_URN = URN.replace("::table", "::new")
SET = RESOURCES["supaschema:index:ObjectSet"]
SET_URN = URN.replace("Table::table", "ObjectSet::one")
OTHER_SET_URN = URN.replace("Table::table", "ObjectSet::other")
KEPT, LEFT = notes("kept"), notes("left")
BY_TITLE = Index(name="by_title", table="notes", keys=("title",))
BY_HEADING = Index(name="by_heading", table="pages", keys=("heading",), renamed_from=("by_title",))


def _resource(urn: str) -> Any:
    return RESOURCES[urn.split("::")[2]]


@contextmanager
def deployment(
    database: Database, *declared: tuple[str, Declaration], consents: tuple[Consent, ...] = ()
) -> Iterator[Operations]:
    """A run of a program that declares these, with no consents but these; as Pulumi checks each before all else."""
    verbs = Operations(Settings(database_url=database.url, consents=consents))
    verbs.declaring()
    for urn, item in declared:
        assert list(verbs.declared_twice(RESOURCES[f"supaschema:index:{type(item).__name__}"], urn, item)) == []
    yield verbs
    verbs.pipeline.close()


@pytest.fixture
def made(database: Database, connection: Connection) -> dict[str, Any]:
    """What the state holds of a table with a row, and of an index."""
    with deployment(database) as verbs:
        table = verbs.create(TABLE, URN, NOTES.to_inputs()).outputs
        index = verbs.create(INDEX, INDEX_URN, BY_TITLE.to_inputs()).outputs
    connection.execute("insert into public.notes (title) values ('a')")
    return {"table": table, "index": index}


def renamed(database: Database, made: dict[str, Any]) -> dict[str, Any]:
    """Rename both, and return what the state holds then."""
    with deployment(database, (URN, PAGES), (INDEX_URN, BY_HEADING)) as verbs:
        table = verbs.update(TABLE, URN, made["table"], PAGES.to_inputs()).outputs
        return {
            "table": table,
            "index": verbs.update(INDEX, INDEX_URN, made["index"], BY_HEADING.to_inputs()).outputs,
        }


def test_the_program_as_it_was_before_gives_the_names_back(
    database: Database, connection: Connection, made: dict[str, Any]
) -> None:
    oids = column(connection, "select unnest(array['notes'::regclass::oid, 'by_title'::regclass::oid])")
    state = renamed(database, made)
    assert column(connection, "select heading from pages") == ["a"]

    with deployment(database, (URN, NOTES), (INDEX_URN, BY_TITLE)) as verbs:
        olds, before = PAGES.to_inputs(), BY_HEADING.to_inputs()
        found = verbs.diff(TABLE, URN, state["table"], olds, NOTES.to_inputs(), id="public.pages")
        assert (found.changed, found.replaces) == (True, ())
        shown = verbs.preview(TABLE, URN, state["table"], NOTES.to_inputs())
        found = verbs.diff(INDEX, INDEX_URN, state["index"], before, BY_TITLE.to_inputs(), id="public.pages.by_heading")
        assert (found.changed, found.replaces) == (True, ())
        assert "rename" in verbs.preview(INDEX, INDEX_URN, state["index"], BY_TITLE.to_inputs())
    assert 'rename column "heading" to "title"' in shown
    assert 'alter table "public"."pages" rename to "notes"' in shown
    assert "drop" not in shown
    with deployment(database, (URN, NOTES), (INDEX_URN, BY_TITLE)) as verbs:
        table = verbs.update(TABLE, URN, state["table"], NOTES.to_inputs()).outputs
        verbs.update(INDEX, INDEX_URN, state["index"], BY_TITLE.to_inputs())

    assert column(connection, "select unnest(array['notes'::regclass::oid, 'by_title'::regclass::oid])") == oids
    assert column(connection, "select title from notes") == ["a"]
    with deployment(database, (URN, NOTES)) as verbs:
        assert not verbs.diff(TABLE, URN, table, NOTES.to_inputs(), NOTES.to_inputs(), id="public.notes").changed


def test_what_went_to_the_archive_by_its_later_name_is_told_to_come_back_by_that(
    database: Database, connection: Connection, made: dict[str, Any]
) -> None:
    state = renamed(database, made)
    leaves = Consent(Hazard.TAKES_DATA_OUT_OF_USE, "table")
    with deployment(database, consents=(leaves,)) as verbs:
        verbs.delete(TABLE, URN, state["table"])
    with deployment(database, (URN, NOTES)) as verbs:
        told = verbs.preview(TABLE, URN, None, NOTES.to_inputs())
    assert "public.notes is made anew and empty" in told
    assert "the archive has its rows: to have them, deploy it by that name first" in told
    assert "renamedFrom" not in told

    with deployment(database, (URN, PAGES)) as verbs:
        table = verbs.create(TABLE, URN, PAGES.to_inputs()).outputs
    with deployment(database, (URN, NOTES)) as verbs:
        verbs.update(TABLE, URN, table, NOTES.to_inputs())
    assert column(connection, "select title from notes") == ["a"]


@pytest.mark.parametrize("delete_first", [False, True], ids=["made first", "deleted first"])
@pytest.mark.parametrize("when", ["in the same run", "in the next run"])
def test_a_renamed_resource_that_is_replaced_keeps_its_rows(
    database: Database, connection: Connection, made: dict[str, Any], when: str, *, delete_first: bool
) -> None:
    olds = made["table"] if when == "in the same run" else renamed(database, made)["table"]
    with deployment(database, (URN, PAGES)) as verbs:
        if delete_first:
            verbs.delete(TABLE, URN, olds)
        verbs.create(TABLE, URN, PAGES.to_inputs())
        if not delete_first:
            verbs.delete(TABLE, URN, olds)

    assert column(connection, "select heading from pages") == ["a"]
    assert one(connection, "select to_regclass('notes')") is None


@pytest.mark.parametrize("when", ["in the same run", "in the next run"])
def test_a_renamed_resource_whose_state_is_renamed_too_keeps_its_rows(
    database: Database, connection: Connection, made: dict[str, Any], when: str
) -> None:
    # The state has another URN than the program: what is declared is made, and what is not is deleted.
    olds = made["table"] if when == "in the same run" else renamed(database, made)["table"]
    with deployment(database, (URN, PAGES)) as verbs:
        verbs.create(TABLE, URN, PAGES.to_inputs())
        verbs.delete(TABLE, OTHER, olds)

    assert column(connection, "select heading from pages") == ["a"]
    with deployment(database, (URN, PAGES)) as verbs:
        found = verbs.pipeline.state.ledger().of(URN)
    assert {id.name[1] for id in found} == {"pages"}


def test_what_was_renamed_is_imported_under_its_new_name(
    database: Database, connection: Connection, made: dict[str, Any]
) -> None:
    renamed(database, made)
    with deployment(database, (URN, PAGES)) as verbs:
        found = verbs.read(TABLE, URN, "public.pages", {}, {})
        assert found is not None
        inputs, outputs = found
        result = verbs.diff(TABLE, URN, outputs, inputs, PAGES.to_inputs(), id="public.pages")
        assert result.replaces == ()
        assert "SQL" not in verbs.preview(TABLE, URN, outputs, PAGES.to_inputs())
        verbs.update(TABLE, URN, outputs, PAGES.to_inputs())

    assert column(connection, "select heading from pages") == ["a"]


def test_names_that_are_swapped_are_refused_with_what_to_do(database: Database) -> None:
    one_way, back = (View(name=name, query="select 1 as n", renamed_from=(old,)) for name, old in ("ab", "ba"))
    view = RESOURCES["supaschema:index:View"]
    with deployment(database) as verbs:
        assert list(verbs.declared_twice(view, "urn:pulumi:test::objects::supaschema:index:View::a", one_way)) == []
        found = list(verbs.declared_twice(view, "urn:pulumi:test::objects::supaschema:index:View::b", back))
    assert ["third name" in problem.remedy for problem in found] == [True]
    columns = (
        Column(name="a", type="text", renamed_from=("b",)),
        Column(name="b", type="text", renamed_from=("c",)),
        Column(name="c", type="text", renamed_from=("a",)),
    )
    with deployment(database) as verbs:
        found = list(verbs.declared_twice(TABLE, URN, notes("notes", *columns)))
    assert [problem.field for problem in found] == ["renamedFrom"]


@pytest.mark.long
def test_a_rename_by_another_resource_is_taken_back_where_that_one_is_gone(
    database: Database, connection: Connection
) -> None:
    with deployment(database, (URN, NOTES)) as verbs:
        table = verbs.create(TABLE, URN, NOTES.to_inputs()).outputs
    connection.execute("insert into public.notes (title) values ('a')")
    oid = one(connection, "select 'notes'::regclass::oid")
    with deployment(database, (OTHER, PAGES)) as verbs:
        pages = verbs.create(TABLE, OTHER, PAGES.to_inputs()).outputs
        verbs.delete(TABLE, URN, table)
    kept = notes("pages", replace(TITLE, name="heading"))

    with deployment(database, (URN, NOTES), (OTHER, kept)) as verbs:
        told = verbs.preview(TABLE, URN, None, NOTES.to_inputs())
    with deployment(database, (URN, NOTES)) as verbs:
        verbs.preview(TABLE, URN, None, NOTES.to_inputs())
        # Nobody could know yet that the program has both.
        assert list(verbs.declared_twice(TABLE, OTHER, kept)) == []
        with pytest.raises(OwnershipError, match="Let the resource that declares table public"):
            verbs.diff(TABLE, OTHER, pages, PAGES.to_inputs(), kept.to_inputs(), id="public.pages")
    with deployment(database, (URN, NOTES), consents=CONSENT) as verbs:
        shown = verbs.preview(TABLE, URN, None, NOTES.to_inputs())
        verbs.create(TABLE, URN, NOTES.to_inputs())
        verbs.delete(TABLE, OTHER, pages)

    assert 'made anew and empty, and was renamed before: alter table "public"."notes" rename to "pages"' in told
    assert "made anew and empty" not in shown
    assert one(connection, "select 'notes'::regclass::oid") == oid
    assert column(connection, "select title from notes") == ["a"]


@pytest.fixture
def pages(database: Database, made: dict[str, Any]) -> dict[str, Any]:
    """What the state holds of the table after it was renamed."""
    with deployment(database, (URN, PAGES_OF_NOTES)) as verbs:
        return verbs.update(TABLE, URN, made["table"], PAGES_OF_NOTES.to_inputs()).outputs


def test_a_name_is_not_taken_back_from_a_resource_that_may_come_later(
    database: Database, connection: Connection, pages: dict[str, Any]
) -> None:
    # Without a preview the run has told of the first one alone, which the other one depends on.
    with deployment(database, (NEW_URN, NEW)) as verbs, pytest.raises(ConsentError) as refused:
        verbs.create(TABLE, NEW_URN, NEW.to_inputs())

    assert 'what resource "table" declares by the ledger' in str(refused.value)
    assert column(connection, "select title from pages") == ["a"]
    # The one that has it comes first.
    with deployment(database, (URN, PAGES_OF_NOTES), (NEW_URN, NEW)) as verbs:
        assert not verbs.diff(
            TABLE, URN, pages, PAGES_OF_NOTES.to_inputs(), PAGES_OF_NOTES.to_inputs(), id="public.pages"
        ).changed
        verbs.create(TABLE, NEW_URN, NEW.to_inputs())
    assert (column(connection, "select title from pages"), column(connection, "select id from notes")) == (["a"], [])


def test_what_was_renamed_away_is_not_made_anew_and_empty(
    database: Database, connection: Connection, pages: dict[str, Any]
) -> None:
    with deployment(database, (NEW_URN, NOTES), consents=CONSENT) as verbs:
        new = verbs.create(TABLE, NEW_URN, NOTES.to_inputs()).outputs
        verbs.declared_twice(TABLE, URN, SAID)
        with pytest.raises(OwnershipError, match="then has its name again"):
            verbs.update(TABLE, URN, pages, SAID.to_inputs())
    with (
        deployment(database, (NEW_URN, NOTES), (URN, SAID)) as verbs,
        pytest.raises(OwnershipError, match="one that is made would be empty"),
    ):
        verbs.diff(TABLE, URN, pages, SAID.to_inputs(), SAID.to_inputs(), id="public.pages")

    # As it says.
    with deployment(database, (URN, SAID), consents=CONSENT) as verbs:
        verbs.update(TABLE, URN, pages, SAID.to_inputs())
        verbs.delete(TABLE, NEW_URN, new)
    assert column(connection, "select title from pages") == ["a"]
    with deployment(database, (URN, SAID), (NEW_URN, NOTES)) as verbs:
        verbs.create(TABLE, NEW_URN, NOTES.to_inputs())
    assert (column(connection, "select title from pages"), column(connection, "select title from notes")) == (["a"], [])


def test_a_name_that_another_resource_leaves_is_taken_in_the_same_run(
    database: Database, connection: Connection, made: dict[str, Any]
) -> None:
    pages = notes("pages", TITLE)
    with deployment(database) as verbs:
        other = verbs.create(TABLE, NEW_URN, pages.to_inputs()).outputs
    connection.execute("insert into public.pages (title) values ('b')")
    away = replace(pages, name="leaves", renamed_from=("pages",))

    def run(first: tuple[str, Any, Table], second: tuple[str, Any, Table]) -> tuple[Any, Any]:
        program = (first[0], first[2]), (second[0], second[2])
        with deployment(database, *program) as verbs:
            for urn, olds, declared in (first, second):
                verbs.diff(TABLE, urn, olds, inputs_of(olds), declared.to_inputs(), id=f"public.{olds['name']}")
                assert "create table" not in verbs.preview(TABLE, urn, olds, declared.to_inputs())
        with deployment(database, *program) as verbs:
            one, two = (verbs.update(TABLE, urn, olds, it.to_inputs()).outputs for urn, olds, it in (first, second))
        return one, two

    other, table = run((NEW_URN, other, away), (URN, made["table"], PAGES_OF_NOTES))
    assert (column(connection, "select title from leaves"), column(connection, "select title from pages")) == (
        ["b"],
        ["a"],
    )
    run((URN, table, NOTES), (NEW_URN, other, pages))
    assert (column(connection, "select title from notes"), column(connection, "select title from pages")) == (
        ["a"],
        ["b"],
    )


def both(database: Database, states: dict[str, Any], *declared: tuple[str, ObjectSet]) -> str:
    """Preview and deploy sets, in this order; return what the preview says."""
    told = []
    with deployment(database, *declared) as verbs:
        for urn, item in declared:
            olds = states[urn]
            verbs.diff(SET, urn, olds, inputs_of(olds), item.to_inputs(), id=SET.identify(item))
            told.append(verbs.preview(SET, urn, olds, item.to_inputs()))
    with deployment(database, *declared) as verbs:
        for urn, item in declared:
            states[urn] = verbs.update(SET, urn, states[urn], item.to_inputs()).outputs
    return "\n".join(told)


def test_a_member_that_another_set_has_under_another_name_comes_back_with_its_rows(
    database: Database, connection: Connection
) -> None:
    # The other set stays in the program, and does not declare it any more.
    one, other = ObjectSet(objects=(NOTES, KEPT)), ObjectSet(objects=(LEFT,))
    without, has = ObjectSet(objects=(KEPT,)), ObjectSet(objects=(LEFT, PAGES_OF_NOTES))
    with deployment(database) as verbs:
        states = {
            urn: verbs.create(SET, urn, item.to_inputs()).outputs
            for urn, item in ((SET_URN, one), (OTHER_SET_URN, other))
        }
    connection.execute("insert into public.notes (title) values ('a')")

    with pytest.raises(OwnershipError, match="would drop it before it is declared here"):
        both(database, states, (SET_URN, without), (OTHER_SET_URN, has))
    there = both(database, states, (OTHER_SET_URN, has), (SET_URN, without))
    with pytest.raises(OwnershipError, match=r"handed_over=\[\"public.pages\"\]"):
        both(database, states, (OTHER_SET_URN, other), (SET_URN, one))
    back = both(database, states, (SET_URN, one), (OTHER_SET_URN, other))

    assert ("archive" in there, "archive" in back) == (False, False)
    assert column(connection, "select title from notes") == ["a"]


@pytest.mark.parametrize("how", ["deleted first", "made first", "state deleted"])
def test_a_resource_that_is_made_again_by_its_former_name_keeps_its_rows(
    database: Database, connection: Connection, made: dict[str, Any], how: str
) -> None:
    olds = renamed(database, made)["table"]
    with deployment(database, (URN, NOTES)) as verbs:
        verbs.preview(TABLE, URN, None, NOTES.to_inputs())
    with deployment(database, (URN, NOTES)) as verbs:
        if how == "deleted first":
            verbs.delete(TABLE, URN, olds)
        verbs.create(TABLE, URN, NOTES.to_inputs())
        if how == "made first":
            verbs.delete(TABLE, URN, olds)

    assert column(connection, "select title from notes") == ["a"]


def test_what_reads_a_column_elsewhere_is_not_said_to_change_with_its_name(
    database: Database, connection: Connection, made: dict[str, Any]
) -> None:
    def declared(table: str, heading: str) -> dict[str, Declaration]:
        seen = f"exists (select from public.{table} n where n.{heading} = drawer.title)"
        return {
            URN.replace("Table::table", "View::view"): View(
                name="titles", query=f"select {heading} as title from public.{table}"
            ),
            URN.replace("Table::table", "Policy::policy"): Policy(
                name="seen", table="drawer", command=PolicyCommand.SELECT, to=("authenticated",), using=seen
            ),
        }

    drawer = notes("drawer", TITLE)
    with deployment(database) as verbs:
        verbs.create(TABLE, NEW_URN, drawer.to_inputs())
        states = {
            urn: verbs.create(_resource(urn), urn, item.to_inputs()).outputs
            for urn, item in declared("notes", "title").items()
        }
    program = declared("pages", "heading")
    with deployment(database, (URN, PAGES), *program.items()) as verbs:
        verbs.diff(TABLE, URN, made["table"], NOTES.to_inputs(), PAGES.to_inputs(), id="public.notes")
        told = [verbs.preview(_resource(urn), urn, states[urn], item.to_inputs()) for urn, item in program.items()]
        # It would read another column then.
        other = View(name="titles", query="select id::text as title from public.pages")
        view = next(iter(program))
        changed = verbs.preview(_resource(view), view, states[view], other.to_inputs())
        # It would give a column of another name.
        other = View(name="titles", query="select heading from public.pages")
        renamed = verbs.preview(_resource(view), view, states[view], other.to_inputs())

    assert [text for text in told if "SQL" in text] == []
    assert "create or replace view" in changed
    assert 'drop view "public"."titles"' in renamed
