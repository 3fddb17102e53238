"""What belongs to others is not adopted, nor built upon: its owner may put anything in its place."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from supaschema.core.errors import OwnershipError
from supaschema.declarations import (
    Argument,
    Column,
    Declaration,
    Domain,
    Extension,
    ForeignKey,
    Function,
    Index,
    Policy,
    PolicyCommand,
    PrimaryKey,
    Publication,
    PublicationTable,
    RangeType,
    Schema,
    Table,
    TableAccess,
    TablePatch,
    Trigger,
    TriggerEvent,
    View,
)
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import NAME, Stranger
from tests.support.catalog import dump
from tests.support.declared import notes
from tests.support.objects import managed

_THEIRS = """
    create schema hidden;
    grant all on schema hidden to public;
    create table hidden.notes (id uuid primary key, title text);
    grant all on hidden.notes to public;
    create function hidden.fired() returns trigger language plpgsql as 'begin return new; end';
    create table public.notes (id uuid primary key, title text);
    grant all on public.notes to public;
    create table public."Their notes" (id uuid primary key, title text);
    grant all on public."Their notes" to public;
    create view public.shown as select 1 as one;
    create function public.told(text) returns integer language sql return 1;
    create collation hidden.ordered from "C";
    create collation public.ordered from "C";
    create text search configuration public.words (copy = pg_catalog.simple);
    create text search dictionary public.stems (template = pg_catalog.simple);
    create extension citext schema public;
    create extension btree_gin schema public;
    create extension fuzzystrmatch schema public;
    create extension intarray schema public;
    create publication theirs;
"""
"""What the stranger has made before anything is deployed."""
_GIVEN_TO_THEM = """
    create operator class public.backwards for type text using btree as
      operator 1 ~>~, operator 2 ~>=~, operator 3 =, operator 4 ~<=~, operator 5 ~<~,
      function 1 bttext_pattern_cmp(text, text);
    alter operator class public.backwards using btree owner to stranger;
"""
"""What only a superuser makes."""

_KEY = Column(name="id", type="uuid", nullable=False)


def _referring(table: str) -> TablePatch:
    return TablePatch(table="users", foreign_keys=(ForeignKey(columns=("id",), references=table),))


def _with(column: Column) -> TablePatch:
    return TablePatch(table="users", columns=(column,))


_TEXT = Argument(name="of", type="text")


def told(schema: str = "public", *, name: str = "told") -> Function:
    """Return a function without arguments."""
    return Function(schema=schema, name=name, returns="integer", language="sql", body="select 2")


def policy(schema: str) -> Policy:
    """Return a policy on the table `notes`."""
    return Policy(
        schema=schema, table="notes", name="p", command=PolicyCommand.SELECT, to=("authenticated",), using="id is null"
    )


def trigger(table: str, function: str) -> Trigger:
    """Return a trigger."""
    return Trigger(table=table, name="t", events=(TriggerEvent.INSERT,), function=function)


@pytest.mark.parametrize(
    ("declared", "named"),
    [
        (Schema(name="hidden"), "schema hidden"),
        (
            Table(schema="hidden", name="fresh", columns=(_KEY,), primary_key=PrimaryKey(columns=("id",))),
            "schema hidden",
        ),
        (told("hidden"), "schema hidden"),
        (View(schema="hidden", name="fresh", query="select 1 as one"), "schema hidden"),
        (policy("hidden"), "schema hidden"),
        (notes(), "table public.notes"),
        (TablePatch(table="notes", columns=(Column(name="added", type="text"),)), "table public.notes"),
        (TableAccess(table="notes"), "table public.notes"),
        (policy("public"), "table public.notes"),
        (Index(name="idx_notes", table="notes", keys=("title",)), "table public.notes"),
        (trigger("notes", "public.update_updated_at_column"), "table public.notes"),
        (trigger("users", "hidden.fired"), "schema hidden"),
        (trigger("users", "strange.fired"), "schema strange"),
        (View(name="shown", query="select 2 as one"), "view public.shown"),
        (told(), r"function public.told\(text\)"),
        (Function(name="f", returns="integer", language="sql", body="select hidden.given()"), "schema hidden"),
        (Function(name="f", returns="integer", body='begin return "hidden" . "given"(); end'), "schema hidden"),
        (View(name="v", query="select id from public.notes"), "table public.notes"),
        (TablePatch(table="users", columns=(Column(name="a", type="hidden.kind"),)), "schema hidden"),
        (
            TablePatch(table="users", columns=(Column(name="a", type="text", default="hidden.given()"),)),
            "schema hidden",
        ),
        (
            Function(
                name="f",
                returns="text",
                language="sql",
                body="select soundex('x')",
                search_path="pg_catalog, public, pg_temp",
            ),
            r"function public.soundex\(text\) of extension fuzzystrmatch",
        ),
        (Index(name="i", table="users", keys=("hidden.given(id)",)), "schema hidden"),
        (replace(notes("fresh"), renamed_from=("notes",)), "table public.notes"),
        (replace(notes("fresh"), renamed_from=("hidden.notes",)), "schema hidden"),
        (replace(told(name="fresh"), arguments=(_TEXT,), renamed_from=("told",)), r"function public.told\(text\)"),
        (View(name="fresh", query="select 1 as one", renamed_from=("shown",)), "view public.shown"),
        (Schema(name="fresh", renamed_from=("hidden",)), "schema hidden"),
        (_referring("hidden.notes"), "schema hidden"),
        (_referring("public.Their notes"), 'table public."Their notes"'),
        (replace(notes("fresh"), inherits=("public.Their notes",)), 'table public."Their notes"'),
        (
            Policy(
                table="users", name="p", command=PolicyCommand.SELECT, to=("anon",), using="(select hidden.given()) = 1"
            ),
            "schema hidden",
        ),
        (_with(Column(name="a", type="text", collation="hidden.ordered")), "schema hidden"),
        (_with(Column(name="a", type="text", collation="public.ordered")), "collation public.ordered"),
        (Domain(name="d", type="text", collation="public.ordered"), "collation public.ordered"),
        (Index(name="i", table="users", keys=("email collate public.ordered",)), "collation public.ordered"),
        (
            View(name="v", query='select email collate public."ordered" as e from public.users'),
            "collation public.ordered",
        ),
        (
            _with(Column(name="a", type="tsvector", generated="to_tsvector('public.words', email)")),
            "text search configuration public.words",
        ),
        (View(name="v", query="select ts_lexize('public.stems', 'x') as x"), "text search dictionary public.stems"),
        (_with(Column(name="a", type="public.citext")), "public.citext.* of extension citext"),
        (Domain(name="d", type="public.citext"), "public.citext.* of extension citext"),
        (
            Index(name="i", table="users", keys=("email public.text_ops",), method="gin"),
            "operator class public.text_ops for access method gin of extension btree_gin",
        ),
        (
            _with(Column(name="a", type="text", default="public.soundex('x')")),
            r"function public.soundex\(text\) of extension fuzzystrmatch",
        ),
        (
            View(name="v", query="select array[1] operator(public.&) array[2] as x"),
            r"operator public.&\(integer\[\],integer\[\]\) of extension intarray",
        ),
        (Extension(name="citext"), "extension citext"),
        (Publication(name="theirs", tables=()), "publication theirs"),
        (PublicationTable(publication="theirs", table="users"), "publication theirs"),
        (
            RangeType(name="r", subtype="text", subtype_opclass="public.backwards"),
            "operator class public.backwards for access method btree",
        ),
    ],
)
def test_what_another_role_owns_is_refused_in_the_preview_and_by_the_deployment(
    database: Database, stranger: Stranger, declared: Declaration, named: str
):
    stranger.platform.execute(f"grant create on schema public to {NAME}".encode())
    stranger.platform.execute(_GIVEN_TO_THEM)
    stranger.connection.execute(_THEIRS)
    before = dump(database)

    with managed(database.url) as objects:
        with pytest.raises(OwnershipError, match=f"{named} belongs to stranger, who may put anything in its place"):
            objects.preview(declared)
        with pytest.raises(OwnershipError, match=f"{named} belongs to stranger"):
            objects.apply(declared)

    assert dump(database) == before


def test_no_function_is_made_in_a_language_that_others_may_drop(database: Database, stranger: Stranger):
    stranger.platform.execute("drop extension plpgsql cascade")
    stranger.connection.execute("create extension plpgsql")
    declared = Function(name="f", returns="integer", body="begin return 1; end")

    with managed(database.url) as objects:
        with pytest.raises(OwnershipError, match="language plpgsql of extension plpgsql belongs to stranger"):
            objects.preview(declared)
        assert objects.apply(told()).statements


def test_a_schema_that_others_make_between_preview_and_deployment_is_refused(database: Database, stranger: Stranger):
    with managed(database.url) as objects:
        objects.declare(Schema(name="hidden"))
        assert objects.preview(told("hidden")).statements
        stranger.connection.execute("create schema hidden; grant all on schema hidden to public")
        with pytest.raises(OwnershipError, match="schema hidden belongs to stranger"):
            objects.apply(told("hidden"))


@pytest.mark.parametrize(
    ("change", "declared", "named"),
    [
        ("alter schema kept owner to stranger", Schema(name="kept"), "schema kept"),
        ("alter schema kept owner to stranger", told("kept"), "schema kept"),
        ("alter function kept.told() owner to stranger", told("kept"), r"function kept.told\(\)"),
        ("alter table public.notes owner to anon", notes(), "table public.notes"),
        ("alter view public.shown owner to stranger", View(name="shown", query="select 2 as one"), "view public.shown"),
    ],
)
def test_an_owner_that_was_changed_after_the_deployment_is_told(
    database: Database, stranger: Stranger, change: str, declared: Declaration, named: str
):
    with managed(database.url) as objects:
        for item in (Schema(name="kept"), *((declared,) if not isinstance(declared, Schema) else ())):
            objects.apply(item)
        assert objects.preview(declared).empty
    stranger.platform.execute("grant all on schema public, kept to stranger, anon")
    stranger.platform.execute(change.encode())

    with managed(database.url) as objects, pytest.raises(OwnershipError, match=f"{named} belongs to (stranger|anon)"):
        objects.preview(declared)

    stranger.platform.execute("reassign owned by anon to postgres")


@pytest.mark.parametrize("owner", ["supabase_admin", "team", "apps"])
def test_what_a_superuser_or_a_role_whose_rights_the_deploying_one_inherits_owns_is_built_upon(
    database: Database, stranger: Stranger, owner: str
):
    stranger.platform.execute("create role team; create role apps login; grant team, apps to postgres")
    try:
        stranger.platform.execute(f"create schema theirs authorization {owner}".encode())
        stranger.platform.execute("grant all on schema theirs to postgres")
        stranger.platform.execute("create table theirs.notes (id uuid primary key, title text)")
        stranger.platform.execute(f"alter table theirs.notes owner to {owner}".encode())
        with managed(database.url) as objects:
            objects.apply(told("theirs"))
            if owner != "supabase_admin":
                objects.apply(policy("theirs"))
    finally:
        stranger.platform.execute("drop owned by team, apps cascade; drop role team; drop role apps")


def test_a_function_of_others_with_an_endless_cost_keeps_nobody_from_deploying(database: Database, stranger: Stranger):
    stranger.connection.execute(
        "create function strange.f() returns setof text language sql cost 1e39 rows 1e39 return 'x'"
    )
    with managed(database.url) as objects:
        assert objects.apply(told()).statements


def test_what_a_comment_names_is_not_built_upon(database: Database, stranger: Stranger):
    stranger.connection.execute("create schema hidden")
    commented = Function(
        name="f",
        returns="integer",
        language="sql",
        body="-- As hidden.given() does.\n/* And /* as */ hidden.given() */ select 1 /* hidden.given() */",
        comment="See hidden.x.",
    )
    with managed(database.url) as objects:
        assert objects.apply(commented).statements


_TYPES = """
    grant usage on schema strange to public;
    create domain public.email_address as text check (strange.noted(value) is not null);
    create domain public.further as public.email_address;
    create type public.pair as (a text, b public.email_address);
    create type public.kind as enum ('x');
"""
_HANDED_OVER = """
    alter domain public.further owner to postgres;
    alter type public.pair owner to postgres;
    create type public.span as range (subtype = public.email_address);
"""


@pytest.mark.parametrize(
    ("type_", "named"),
    [
        ("public.email_address", "email_address"),
        ("public.email_address[]", "email_address"),
        ("public._email_address", "email_address"),
        ("public.further", "email_address"),
        ("public.further[]", "email_address"),
        ("public.pair", "email_address"),
        ("public.span", "email_address"),
        ("public.span_multirange", "email_address"),
        ("public.kind", "kind"),
    ],
)
def test_a_type_of_another_role_or_upon_one_is_refused_and_runs_nothing(
    database: Database, stranger: Stranger, type_: str, named: str
):
    stranger.platform.execute(f"grant create on schema public to {NAME}".encode())
    stranger.connection.execute(_TYPES)
    stranger.platform.execute(_HANDED_OVER)
    column = Column(name="sent_to", type=type_)
    fresh = Table(name="fresh", columns=(_KEY, column), primary_key=PrimaryKey(columns=("id",)))
    cast = View(name="fresh", query=f"select null::{type_} as one")

    with managed(database.url) as objects:
        for declared in (TablePatch(table="users", columns=(column,)), fresh, cast):
            with pytest.raises(OwnershipError, match=f"type public.{named} belongs to stranger"):
                objects.preview(declared)
            with pytest.raises(OwnershipError, match="belongs to stranger, who may put anything in its place"):
                objects.apply(declared)

    assert stranger.ran() == []


def test_types_of_the_deploying_role_are_built_upon(database: Database, stranger: Stranger):
    stranger.platform.execute("create domain public.code as text; alter domain public.code owner to postgres")
    with managed(database.url) as objects:
        assert objects.apply(TablePatch(table="users", columns=(Column(name="a", type="public.code[]"),))).statements
