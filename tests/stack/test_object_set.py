"""Several objects as one resource: they change together, and move in and out without a statement."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.declarations import (
    Column,
    Declaration,
    Grant,
    InlineIndex,
    ObjectSet,
    PrimaryKey,
    Privilege,
    Table,
    TableAccess,
    View,
)
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.declared import statements, urn
from tests.support.pulumi import Declared, Stack, previewed, said, summary
from tests.support.sessions import Connection
from tests.support.survey import schema

ID = Column(name="id", type="bigint", nullable=False)
SIZE = Column(name="size", type="integer")
TITLE = Column(name="title", type="text")
READ = (Grant(to="service_role", privileges=(Privilege.SELECT,)),)
NOTES = Table(
    name="notes",
    columns=(ID, SIZE, TITLE),
    primary_key=PrimaryKey(columns=("id",)),
    indexes=(InlineIndex(name="notes_title", keys=("title",)),),
)
ACCESS = TableAccess(table="notes", grants=READ)
LOWER = View(name="lower_view", query="select id, size from public.notes", grants=READ)
UPPER = View(name="upper_view", query="select sum(size) as total from public.lower_view", comment="All of it.")
MEMBERS: tuple[Declaration, ...] = (NOTES, ACCESS, LOWER, UPPER)
CONSENTS = [{"hazard": "TAKES_DATA_OUT_OF_USE"}]


def members(*objects: Declaration, handed_over: tuple[str, ...] = (), name: str = "app") -> Declared:
    """Return a set of these objects."""
    return Declared(name, ObjectSet(objects=objects, handed_over=handed_over))


@pytest.fixture
def watcher(database: Database) -> Iterator[Connection]:
    """A superuser's connection to the test's database."""
    with database.connect_superuser() as connection:
        yield connection


@pytest.mark.long
def test_views_and_their_table_change_together(objects: Stack, database: Database, watcher: Connection) -> None:
    before = schema(database)
    objects.declare(members(*MEMBERS), allow_hazards=CONSENTS)
    assert summary(objects.up()) == {"created": 3}
    assert objects.clean()
    watcher.execute("insert into public.notes (id, size, title) values (1, 2, 'a')")

    # The lower view gets another column, which the upper one reads instead; the table loses the one that both read.
    slim = replace(NOTES, columns=(ID, TITLE))
    lower = replace(LOWER, query="select id, title, length(title) as width from public.notes")
    upper = replace(UPPER, query="select sum(width) as total from public.lower_view")
    objects.declare(members(slim, ACCESS, lower, upper), allow_hazards=CONSENTS)
    shown = previewed(objects.run("preview", "--json"))
    assert shown.operations == {"app": "update"}
    assert shown.paths["app"] == {
        'objects["Table public.notes"].columns[1]',
        'objects["View public.lower_view"].query',
        'objects["View public.upper_view"].query',
    }
    printed = objects.preview()
    assert "View public.lower_view" in printed
    assert "length(title)" in printed
    objects.up()
    assert one(watcher, "select total from public.upper_view") == 1
    assert column(watcher, "select obj_description('public.upper_view'::regclass)") == ["All of it."]
    assert one(watcher, "select has_table_privilege('service_role', 'public.lower_view', 'select')") is True
    assert objects.clean()

    objects.destroy()
    assert schema(database) == before


@pytest.mark.long
def test_objects_join_a_set_and_leave_it_without_a_statement(
    objects: Stack, database: Database, watcher: Connection
) -> None:
    before = schema(database)
    alone = {"notes": NOTES, "access": ACCESS, "lower": LOWER, "upper": UPPER}
    after = {"access": ("notes",), "lower": ("notes",), "upper": ("lower",)}
    single = [Declared(name, item, after=after.get(name, ())) for name, item in alone.items()]
    objects.declare(*single)
    objects.up()
    watcher.execute("insert into public.notes (id, size) values (1, 2)")
    ran, made = statements(watcher), schema(database)

    def moved(*declared: Declared) -> None:
        objects.declare(*declared)
        printed = objects.preview()
        objects.up()
        assert objects.clean()
        assert (statements(watcher), schema(database)) == (ran, made), printed
        assert one(watcher, "select count(*) from public.notes") == 1

    # All of them into one, which makes them its own before their resources are deleted.
    objects.declare(members(*MEMBERS))
    assert 'taken over from resource "notes", as they are' in objects.preview()
    moved(members(*MEMBERS))
    assert column(watcher, "select distinct urn from supaschema.objects") == [urn(members(*MEMBERS))]
    # One to a set of its own, declared after the first, then before it.
    moved(members(*MEMBERS[:3], handed_over=("public.upper_view",)), members(UPPER, name="second"))
    moved(members(LOWER, UPPER, name="early"), members(*MEMBERS[:2], handed_over=("public.lower_view",)))
    # All of them back.
    handed = members(handed_over=("public.notes", "public.lower_view", "public.upper_view"), name="early")
    moved(handed, members(handed_over=("public.notes",)), *single)
    moved(*single)
    assert column(watcher, "select distinct urn from supaschema.objects order by 1") == sorted(map(urn, single))
    objects.destroy()
    assert schema(database) == before


@pytest.mark.long
def test_what_a_set_drops_before_it_is_declared_elsewhere_is_told_in_the_preview(
    objects: Stack, watcher: Connection
) -> None:
    objects.declare(members(*MEMBERS))
    objects.up()
    leaving = Declared("upper", UPPER, after=("app",))

    objects.declare(members(*MEMBERS[:3]), leaving)
    refused = said(objects.run("preview", ok=False))
    assert 'resource "app" does not declare it any more' in refused
    assert 'handed_over=["public.upper_view"]' in refused

    ran = statements(watcher)
    objects.declare(members(*MEMBERS[:3], handed_over=("public.upper_view",)), leaving)
    objects.up()
    assert statements(watcher) == ran
    objects.declare(members(*MEMBERS[:3]), leaving)
    objects.up()
    assert objects.clean()
    assert statements(watcher) == ran


@pytest.mark.long
def test_what_a_set_and_another_resource_declare_is_refused(objects: Stack) -> None:
    objects.declare(members(*MEMBERS), Declared("upper", UPPER))
    assert "view public.upper_view is declared by resource" in objects.preview(ok=False)
    objects.declare(members(*MEMBERS, UPPER))
    assert 'view public.upper_view is declared by "View public.upper_view" too' in objects.preview(ok=False)


@pytest.mark.long
def test_a_set_is_imported_by_names_and_as_a_schema_and_shows_what_drifted(
    objects: Stack, database: Database, watcher: Connection
) -> None:
    with database.connect() as owner:
        owner.execute("create schema app; create table app.notes (id bigint primary key)")
        owner.execute("create view app.all_notes with (security_invoker) as select id from app.notes")
    notes = Table(schema="app", name="notes", columns=(ID,), primary_key=PrimaryKey(columns=("id",)))
    view = View(schema="app", name="all_notes", query="select id from app.notes")
    by_name = dataclasses.replace(members(notes, view), imported="Table app.notes; View app.all_notes")
    objects.declare(by_name)
    objects.up()
    assert objects.clean()
    options = ("--yes", "--generate-code=false", "--protect=false")
    objects.run("import", "supaschema:index:ObjectSet", "whole", "schema:app", *options)
    whole = objects.state()
    assert all(f'"{name}"' in whole for name in ("Schema app", "TableAccess app.notes", "View app.all_notes"))
    objects.run("state", "delete", urn(members(name="whole")), "--yes")

    watcher.execute("create or replace view app.all_notes as select id, 1 as more from app.notes")
    watcher.execute("alter view app.all_notes set (security_invoker)")
    shown = previewed(objects.run("preview", "--refresh", "--json"))
    assert shown.paths == {"app": {'objects["View app.all_notes"].query'}}
    watcher.execute("drop view app.all_notes")
    shown = previewed(objects.run("preview", "--refresh", "--json"))
    assert shown.paths == {"app": {'objects["View app.all_notes"]'}}
