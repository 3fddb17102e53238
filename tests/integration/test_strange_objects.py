"""What belongs to others is not adopted, nor built upon: its owner may put anything in its place."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from supaschema.core.errors import OwnershipError
from supaschema.declarations import (
    Argument,
    Bucket,
    Column,
    CronJob,
    Declaration,
    Function,
    Index,
    Policy,
    PolicyCommand,
    PrimaryKey,
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
    create view public.shown as select 1 as one;
    create function public.told(text) returns integer language sql return 1;
"""
"""What the stranger has made before anything is deployed."""

_KEY = Column(name="id", type="uuid", nullable=False)
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
        (Index(name="i", table="users", keys=("hidden.given(id)",)), "schema hidden"),
        (replace(notes("fresh"), renamed_from=("notes",)), "table public.notes"),
        (replace(notes("fresh"), renamed_from=("hidden.notes",)), "schema hidden"),
        (replace(told(name="fresh"), arguments=(_TEXT,), renamed_from=("told",)), r"function public.told\(text\)"),
        (View(name="fresh", query="select 1 as one", renamed_from=("shown",)), "view public.shown"),
        (Schema(name="fresh", renamed_from=("hidden",)), "schema hidden"),
        (
            Policy(
                table="users", name="p", command=PolicyCommand.SELECT, to=("anon",), using="(select hidden.given()) = 1"
            ),
            "schema hidden",
        ),
    ],
)
def test_what_another_role_owns_is_refused_in_the_preview_and_by_the_deployment(
    database: Database, stranger: Stranger, declared: Declaration, named: str
):
    stranger.platform.execute(f"grant create on schema public to {NAME}".encode())
    stranger.connection.execute(_THEIRS)
    before = dump(database)

    with managed(database.url) as objects:
        with pytest.raises(OwnershipError, match=f"{named} belongs to stranger, who may put anything in its place"):
            objects.preview(declared)
        with pytest.raises(OwnershipError, match=f"{named} belongs to stranger"):
            objects.apply(declared)

    assert dump(database) == before


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


@pytest.mark.parametrize(
    "query",
    [
        "select '--' as dash, strange.noted('x') as one",
        "select '/*' as dash, strange.noted('x') as one",
        "select 'it''s --' as dash, strange.noted('x') as one",
        r"select e'\'--' as dash, strange.noted('x') as one",
        r"select '\' as dash, strange.noted('--') as one",
        "select 1 as \"--\", strange.noted('x') as one",
        "select $q$--$q$ as dash, strange.noted('x') as one",
        "select strange/**/.noted('x') as one",
        "select strange/* a /* b */ c */./**/noted('x') as one",
        "select strange -- why\n . noted('x') as one",
        "select /* '/* */ ' */ strange.noted('x') as one",
        "select postgres.strange.noted('x') as one",
        "select pg_catalog.query_to_xml('select strange.noted(1)', true, true, '') as one",
        r"""select U&"\0073trange".noted('x') as one""",
        r"""select U&"!0073trange" uescape '!' .noted('x') as one""",
        "select 1 as one -- why\rwhere strange.note()",
        "select 1 operator(strange.===) 2 as one",
        'select 1 operator ( "strange" /* */ . === ) 2 as one',
        "select 1 as \u2603$$, '$$ --' as dash, strange.noted('x') as one",
        "select $\u2603$--$\u2603$ as dash, strange.noted('x') as one",
        "select e'a'\n'\\'--' as dash, strange.noted('x') as one",
        "select e'a' -- why\n -- so\n '\\'--' as dash, strange.noted('x') as one",
    ],
)
def test_no_string_or_comment_hides_what_a_text_names(database: Database, stranger: Stranger, query: str):
    for declared in (
        View(name="v", query=query),
        Function(name="f", returns="integer", body=f"begin perform 1 from ({query}\n) q; return 1; end"),
    ):
        with managed(database.url) as objects, pytest.raises(OwnershipError, match=r"strange.* belongs to stranger"):
            objects.preview(declared)
    assert stranger.ran() == []


_LONG = "a" * 62
_NAMES = f"""
    grant create on schema public to {NAME};
    set role {NAME};
    create schema "Ä";
    create schema "{_LONG}b";
    create operator public.=== (leftarg = integer, rightarg = integer, function = strange.same);
    create function public.given() returns integer language sql return 1;
    reset role;
"""


def _looking_up(path: str, body: str, **settings: str) -> Function:
    return Function(name="f", returns="integer", search_path=f"pg_catalog, {path}", settings=settings, body=body)


@pytest.mark.parametrize(
    ("declared", "named"),
    [
        (View(name="v", query="select 1 operator(public.===) 2 as one"), r"operator public\.===\(integer,integer\)"),
        (Index(name="i", table="users", keys=("id",), where="1 operator(public.===) 1"), "operator public.==="),
        (View(name="v", query="select Ä.noted('x') as one"), 'schema "Ä"'),
        (View(name="v", query=f"select {_LONG}bc.noted('x') as one"), f"schema {_LONG}b"),
        (_looking_up("strange, pg_temp", "begin return found(); end"), "schema strange"),
        (_looking_up("public, pg_temp", "begin return given(); end"), r"function public.given\(\)"),
        (_looking_up("public, pg_temp", 'begin return "given"(); end'), r"function public.given\(\)"),
        (_looking_up("public, pg_temp", "begin return 1 === 2; end"), "operator public.==="),
        (
            _looking_up("pg_temp", "select '\\'--', strange.noted('x'), '", standard_conforming_strings="off"),
            "schema strange",
        ),
    ],
)
def test_what_is_found_by_an_operator_a_path_or_another_spelling_is_refused_likewise(
    database: Database, stranger: Stranger, declared: Declaration, named: str
):
    stranger.connection.execute(
        "create function strange.same(integer, integer) returns boolean language plpgsql immutable as "
        "'begin return strange.note(); end'"
    )
    stranger.platform.execute(_NAMES.encode())
    for way in ("preview", "apply"):
        with managed(database.url) as objects, pytest.raises(OwnershipError, match=f"{named}.* belongs to stranger"):
            getattr(objects, way)(declared)
    assert stranger.ran() == []


@pytest.mark.parametrize(
    ("relation", "declared"),
    [
        ("cron.job", CronJob(name="nightly", schedule="0 0 * * *", command="select 1")),
        ("storage.buckets", Bucket(name="files")),
    ],
)
def test_tables_of_jobs_and_buckets_that_a_stranger_made_are_neither_read_nor_written(
    database: Database, stranger: Stranger, relation: str, declared: Declaration
):
    schema = relation.partition(".")[0]
    stranger.platform.execute(
        f"""
        alter table {relation} rename to hidden;
        create view {relation} as select * from {schema}.hidden where strange.note();
        alter view {relation} owner to stranger;
        grant all on {relation} to postgres;
        grant select on {schema}.hidden to stranger
    """.encode()
    )

    with managed(database.url) as objects:
        assert objects.preview(told()).statements
        with pytest.raises(OwnershipError, match=f"view {relation} belongs to stranger"):
            objects.preview(declared)
    assert stranger.ran() == []


def test_policies_and_triggers_on_tables_of_the_platform_are_built_upon(database: Database):
    own = Policy(
        schema="storage", table="objects", name="p", command=PolicyCommand.SELECT, to=("authenticated",), using="false"
    )
    with managed(database.url) as objects:
        assert objects.apply(own).statements


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
