"""A resource that Pulumi makes again under its own name loses nothing: object, rows, access, and what stands on it."""

from __future__ import annotations

import dataclasses
import json
import secrets
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from supaschema.declarations import (
    Aggregate,
    Argument,
    Backfill,
    Check,
    Collation,
    CollationProvider,
    Column,
    CompositeAttribute,
    CompositeType,
    DatabaseEvent,
    DefaultPrivileges,
    Domain,
    DomainCheck,
    EnumType,
    EventTrigger,
    Extension,
    ForeignServer,
    Function,
    Grant,
    MaterializedView,
    NewObjects,
    ObjectSet,
    Privilege,
    Procedure,
    Publication,
    PublicationTable,
    PublishedTable,
    RangeType,
    Role,
    RoleMembership,
    Schema,
    Sql,
    TableAccess,
    TablePatch,
    UserMapping,
)
from supaschema.declarations import Sequence as Numbers
from supaschema.registry import RESOURCES
from tests.fixtures.postgres import Database
from tests.support import notes
from tests.support.catalog import column, dump, one
from tests.support.declared import TITLE, urn
from tests.support.declared import notes as notes_table
from tests.support.pulumi import Declared, Stack, previewed, said, summary

PATCH = TablePatch(
    table="events",
    columns=(Column(name="shelf", type="integer", default="0", nullable=False),),
    checks=(Check(name="events_shelf_check", expression="shelf >= 0"),),
)
FILL = Backfill(name="shelves", table="events", assignments={"shelf": "1"}, where="shelf = 0")
ACCESS = TableAccess(table="organizations", grants=(Grant(to="service_role", privileges=(Privilege.SELECT,)),))
MARK = "comment on table public.organizations is {}"
MARKED = "select pg_catalog.obj_description('public.organizations'::pg_catalog.regclass) = 'shelved'"
INTEGER = Argument(name="", type="integer")
DUST = Procedure(
    name="dust_shelves",
    arguments=(Argument(name="shelved", type="integer"),),
    body="begin delete from public.events where shelf = shelved; end",
    execute=("service_role",),
)

READER = f"shelf_reader_{secrets.token_hex(4)}"

# A resource of every type.
EVERY = (
    *notes.declared(**notes.ALL),
    Declared("patch", PATCH),
    Declared("fill", FILL, after=("patch",)),
    Declared("access", ACCESS),
    Declared("state", EnumType(name="shelf_state", labels=("new", "done"))),
    Declared(
        "width", Domain(name="shelf_width", type="integer", checks=(DomainCheck(name="some", expression="value > 0"),))
    ),
    Declared("size", CompositeType(name="shelf_size", attributes=(CompositeAttribute(name="wide", type="integer"),))),
    Declared("words", Extension(name="citext", schema="public")),
    Declared("later", DefaultPrivileges(role="postgres", objects=NewObjects.TYPES, closed_to_public=True)),
    # Roles are the server's: other tests are on it too.
    Declared("reader", Role(name=READER)),
    Declared("reading", RoleMembership(role=READER, member="authenticated")),
    Declared("feed", Publication(name="shelf_feed")),
    Declared("told", PublicationTable(publication="shelf_feed", table="events"), after=("feed",)),
    Declared("other_feed", Publication(name="other_feed", tables=(PublishedTable(table="organizations"),))),
    Declared("dust", DUST),
    Declared(
        "most", Aggregate(name="most_shelved", arguments=(INTEGER,), sfunc="pg_catalog.int4larger", stype="integer")
    ),
    Declared("order", Collation(name="shelf_order", provider=CollationProvider.LIBC, locale="C")),
    Declared("span", RangeType(name="shelf_span", subtype="integer")),
    Declared("numbers", Numbers(name="shelf_numbers", start=100)),
    Declared("mark", Sql(name="mark", up=MARK.format("'shelved'"), check=MARKED, down=MARK.format("null"))),
    Declared("kept", MaterializedView(name="shelved", query="select count(*) as many from public.events")),
    Declared("both", ObjectSet(objects=(Schema(name="shelves"), Numbers(name="others", schema="shelves")))),
)
WATCHING = (
    Declared(
        "watch",
        Function(name="watch_changes", returns="event_trigger", language="plpgsql", body="begin end"),
    ),
    Declared(
        "watching",
        EventTrigger(name="watching", event=DatabaseEvent.DDL_COMMAND_END, function="public.watch_changes"),
        after=("watch",),
    ),
    Declared("wrapping", Extension(name="file_fdw", schema="public")),
    Declared("files", ForeignServer(name="files", wrapper="file_fdw"), after=("wrapping",)),
    Declared("mapped", UserMapping(server="files", user="anon"), after=("files",)),
)
"""What the role that deploys the others may not make."""
NAMES = tuple(item.name for item in EVERY)
ROWS = "select array[title, status, size::text] from public.notes order by id"
TABLE = Declared("table", notes_table("notes", TITLE))


def test_there_is_one_of_every_type():
    assert {type(item.declaration) for item in (*EVERY, *WATCHING)} == {
        resource.declaration for resource in RESOURCES.values()
    }


def handled(stack: Stack, how: str, items: Sequence[Declared]) -> Sequence[str]:
    """Do something to the states of resources; return the arguments by which `up` has them replaced, if it is that."""
    if how.startswith("--"):
        return [part for item in items for part in (how, urn(item))]
    # What depends on others is taken out before them.
    for item in reversed(items):
        to = (f"{item.name}-by-hand",) if how == "rename" else ()
        stack.run("state", how, urn(item), *to, "--yes")
    return ()


@pytest.mark.long
@pytest.mark.parametrize(("how", "delete_first"), [("--replace", True), ("--target-replace", None), ("taint", None)])
def test_every_type_is_replaced_by_itself_and_stays_as_it_is(
    objects: Stack, database: Database, how: str, *, delete_first: bool | None
) -> None:
    objects.declare(*EVERY)
    objects.up()
    with database.connect() as owner:
        owner.execute(
            "insert into notes (owner, title, size) values (gen_random_uuid(), 'a', 1), (gen_random_uuid(), 'b', 2)"
        )
        owner.execute("update events set shelf = 7")
        made, held, files = dump(database), column(owner, ROWS), one(owner, "select pg_relation_filenode('notes')")
        objects.declare(*(dataclasses.replace(item, delete_first=delete_first) for item in EVERY))
        objects.up()

        arguments = handled(objects, how, EVERY)
        shown = previewed(objects.run("preview", "--json", *arguments))
        done = objects.up(*arguments)

        assert set(shown.operations.values()) <= {"replace", "create-replacement", "delete-replaced"}
        for name in NAMES:
            assert "they stay, and only what differs is changed" in shown.reports[name]
            assert "SQL:" not in shown.reports[name]
        assert f"{len(EVERY)} replaced" in said(done)
        assert dump(database) == made
        assert column(owner, ROWS) == held
        assert one(owner, "select pg_relation_filenode('notes')") == files
        assert set(column(owner, "select shelf from events")) == {7}
        assert objects.clean()
        owner.execute("delete from notes")
    objects.destroy()


@pytest.mark.long
@pytest.mark.parametrize("how", ["--replace", "--target-replace", "taint", "delete", "rename"])
@pytest.mark.parametrize("delete_first", [None, True], ids=["as it is", "delete before replace"])
def test_what_a_superuser_alone_may_make_stays_as_it_is_too(
    objects: Stack, database: Database, how: str, *, delete_first: bool | None
) -> None:
    declared = [dataclasses.replace(item, delete_first=delete_first) for item in WATCHING]
    objects.declare(*declared, database_url=database.superuser_url)
    objects.up()
    with database.connect_superuser() as superuser:
        there = "select oid from pg_event_trigger where evtname = 'watching'"
        made, was = dump(database), one(superuser, there)

        done = objects.up(*handled(objects, how, WATCHING))

        assert f"{len(WATCHING)} {'created' if how in ('delete', 'rename') else 'replaced'}" in said(done)
        assert (dump(database), one(superuser, there)) == (made, was)
        assert was is not None
        assert objects.clean()
        objects.destroy()
        assert column(superuser, there) == []


@pytest.mark.long
@pytest.mark.parametrize("delete_first", [None, True], ids=["as it is", "delete before replace"])
def test_a_change_that_replaces_changes_the_object_in_place(
    objects: Stack, database: Database, *, delete_first: bool | None
) -> None:
    item = dataclasses.replace(TABLE, replacing=("comment",), delete_first=delete_first)
    objects.declare(item)
    objects.up()
    with database.connect() as owner:
        owner.execute("insert into notes (title) values ('a')")
        objects.declare(dataclasses.replace(item, declaration=replace(TABLE.declaration, comment="All of them.")))

        shown = previewed(objects.run("preview", "--json"))
        assert "comment on table" in shown.reports["table"]
        assert "1 replaced" in said(objects.up())

        assert column(owner, "select title from notes") == ["a"]
        assert one(owner, "select obj_description('notes'::regclass)") == "All of them."
        assert objects.clean()
        owner.execute("delete from notes")
    objects.destroy()
    with database.connect() as owner:
        assert one(owner, "select to_regclass('public.notes')") is None


@pytest.mark.long
def test_a_renamed_state_takes_nothing_along(objects: Stack, database: Database) -> None:
    objects.declare(TABLE)
    objects.up()
    with database.connect() as owner:
        owner.execute("insert into notes (title) values ('a')")
        objects.run("state", "rename", urn(TABLE), "other", "--yes")

        assert "Nothing was removed" in said(objects.up())

        assert column(owner, "select title from notes") == ["a"]
        assert objects.clean()


@pytest.mark.long
@pytest.mark.parametrize("delete_first", [None, True], ids=["as it is", "delete before replace"])
@pytest.mark.parametrize("hand", ["delete", "rename"])
def test_no_type_loses_anything_by_what_hands_do_to_its_state(
    objects: Stack, database: Database, hand: str, *, delete_first: bool | None
) -> None:
    objects.declare(*(dataclasses.replace(item, delete_first=delete_first) for item in EVERY))
    objects.up()
    with database.connect() as owner:
        owner.execute("insert into notes (owner, title, size) values (gen_random_uuid(), 'a', 1)")
        made, held, files = dump(database), column(owner, ROWS), one(owner, "select pg_relation_filenode('notes')")
        handled(objects, hand, EVERY)

        done = objects.up()

        assert f"{len(EVERY)} created" in said(done)
        assert dump(database) == made
        assert column(owner, ROWS) == held
        assert one(owner, "select pg_relation_filenode('notes')") == files
        assert objects.clean()
        owner.execute("delete from notes")
    objects.destroy()


@pytest.mark.long
def test_every_type_moves_to_another_stack_and_stays_as_it_is(objects: Stack, database: Database) -> None:
    objects.declare(*EVERY)
    objects.up()
    made = dump(database)
    other = objects.sibling("other")
    other.declare()
    other.up()
    moved = [urn(item) for item in EVERY]
    objects.run("state", "move", "--yes", "--source", objects.name, "--dest", other.name, *moved)
    other.declare(*EVERY)

    assert summary(other.up())["updated"] == len(EVERY)

    assert other.clean()
    objects.destroy()
    assert dump(database) == made
    other.destroy()


@pytest.mark.long
def test_a_state_that_moved_away_and_is_declared_here_still_takes_nothing_along(
    objects: Stack, database: Database
) -> None:
    objects.declare(TABLE)
    objects.up()
    other = objects.sibling("other")
    objects.declare()
    other.up()
    objects.declare(TABLE)
    with database.connect() as owner:
        owner.execute("insert into notes (title) values ('a')")
        objects.run("state", "move", urn(TABLE), "--source", "test", "--dest", "other", "--yes", "--include-parents")
        objects.up()
        objects.declare()

        assert "Nothing was removed" in said(other.up())

        assert column(owner, "select title from notes") == ["a"]
        objects.declare(TABLE)
        assert objects.clean()


@pytest.mark.long
def test_a_resource_taken_out_of_the_state_is_taken_over_again(objects: Stack, database: Database) -> None:
    objects.declare(TABLE)
    objects.up()
    with database.connect() as owner:
        owner.execute("insert into notes (title) values ('a')")
        objects.run("state", "delete", urn(TABLE), "--yes")

        assert "1 created" in said(objects.up())

        assert column(owner, "select title from notes") == ["a"]
        assert objects.clean()


@pytest.mark.long
def test_an_import_over_what_the_stack_has_takes_nothing_along(objects: Stack, database: Database) -> None:
    table, function = Declared("table", notes.TABLE), Declared("function", notes.FUNCTION, after=("table",))
    objects.declare(table, function)
    objects.up()
    objects.declare(table, dataclasses.replace(function, imported="public.count_notes(int, text)"))

    assert "1 replaced" in said(objects.up())

    objects.declare(table, function)
    assert objects.clean()
    with database.connect() as owner:
        assert one(owner, "select to_regprocedure('public.count_notes(int, text)') is not null") is True


@pytest.mark.long
def test_an_older_state_removes_nothing_until_an_update_has_looked_at_it(objects: Stack, database: Database) -> None:
    objects.declare(TABLE)
    objects.up()
    old = objects.directory / "old.json"
    old.write_text(objects.state(), encoding="utf-8")
    objects.up("--replace", urn(TABLE))
    objects.run("stack", "import", "--file", str(old))

    assert "Nothing was removed" in said(objects.destroy())

    with database.connect() as owner:
        assert one(owner, "select to_regclass('public.notes') is not null") is True
        objects.run("stack", "import", "--file", str(old))
        assert summary(objects.up()) == {"updated": 1, "unchanged": 2}
        objects.destroy()
        assert one(owner, "select to_regclass('public.notes')") is None


@pytest.mark.long
def test_what_an_earlier_version_made_is_removed_by_it(objects: Stack, database: Database) -> None:
    objects.declare(TABLE)
    objects.up()
    state = json.loads(objects.state())
    for item in state["deployment"]["resources"]:
        item.get("outputs", {}).pop("generation", None)
    old = objects.directory / "old.json"
    old.write_text(json.dumps(state), encoding="utf-8")
    objects.run("stack", "import", "--file", str(old))
    with database.connect() as owner:
        owner.execute("alter table supaschema.objects drop column generation cascade")
        owner.execute("comment on schema supaschema is 'The ledger of supaschema, version 3.'")
        assert objects.clean()
        objects.destroy()
        assert one(owner, "select to_regclass('public.notes')") is None


def test_a_destroy_that_runs_the_program_removes_what_it_declares(objects: Stack, database: Database) -> None:
    objects.declare(TABLE)
    objects.up()

    objects.destroy("--run-program")

    with database.connect() as owner:
        assert one(owner, "select to_regclass('public.notes')") is None
