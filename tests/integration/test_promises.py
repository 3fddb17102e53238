"""A preview that is clean is one that applies: what the server refuses of a declaration is refused before."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from supaschema.core.errors import SupaschemaError
from supaschema.declarations import (
    Argument,
    Backfill,
    Column,
    Compression,
    Declaration,
    Exclusion,
    ForeignKey,
    Function,
    Grant,
    Index,
    ObjectSet,
    Policy,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Schema,
    Storage,
    Table,
    TablePatch,
    Trigger,
    TriggerEvent,
    View,
)
from tests.fixtures.postgres import Database
from tests.support.catalog import dump
from tests.support.declared import notes
from tests.support.objects import managed

_THERE = """
    create view public.a_view as select id from public.users;
    create function public.touch() returns trigger language plpgsql set search_path = pg_catalog, pg_temp
      as 'begin return new; end';
    create domain public.small as integer check (value < 10);
    create domain public.filled as integer not null;
    create type public.mood as enum ('a', 'b');
    create aggregate public.summed(integer) (sfunc = int4pl, stype = integer, initcond = '0');
"""
KEY = ForeignKey(columns=("k",), references="public.users")
BACKFILL = Backfill(name="odd", table="users", assignments={"email": "'x'"}, where="email is null")
VIEW = View(name="odd", query="select count(*) as a from public.users")
POLICY = Policy(name="odd", table="a_view", command=PolicyCommand.SELECT, to=("authenticated",), using="id is null")


def fresh(type: str, **fields: object) -> Table:
    """Return a new table with a column of a type."""
    return notes("fresh", replace(Column(name="k", type=type), **fields))


def patch(type: str, **fields: object) -> TablePatch:
    """Return the same column of a table with rows."""
    return TablePatch(table="users", columns=fresh(type, **fields).columns[1:])


def function(**fields: object) -> Function:
    """Return a function."""
    return replace(Function(name="odd", returns="integer", language="sql", body="select 1"), **fields)


def index(*keys: str, table: str = "users", **fields: object) -> Index:
    """Return an index."""
    return replace(Index(name="odd", table=table, keys=keys), **fields)


def trigger(table: str = "users", **fields: object) -> Trigger:
    """Return a trigger."""
    made = Trigger(name="odd", table=table, events=(TriggerEvent.UPDATE,), function="public.touch")
    return replace(made, **fields)


REFUSED: list[tuple[str, Declaration]] = [
    ("incompatible types: integer and uuid", replace(fresh("int"), foreign_keys=(KEY,))),
    ("incompatible types: integer and uuid", replace(patch("int"), foreign_keys=(KEY,))),
    ('column "nope" referenced in', TablePatch(table="users", foreign_keys=(replace(KEY, columns=("nope",)),))),
    ('column "nope" referenced in', replace(fresh("uuid"), foreign_keys=(replace(KEY, referenced_columns=("nope",)),))),
    ("both default and identity specified", fresh("int", identity="always", nullable=False, default="1")),
    ("both default and generation expression", patch("int", generated="1", default="1")),
    ('column "k" has pseudo-type record', fresh("record")),
    ('column "k" has pseudo-type anyelement', patch("anyelement")),
    ("can only have storage PLAIN", patch("int", storage=Storage.EXTERNAL)),
    ("does not support compression", fresh("int", compression=Compression.PGLZ)),
    ("24 rows of public.users cannot hold 50 in the new column k", patch("public.small", default="50")),
    ("24 rows of public.users cannot hold null in the new column k", patch("public.filled")),
    ("there is no schema nosuch", replace(notes("fresh"), schema="nosuch")),
    ("there is no schema nosuch", function(schema="nosuch")),
    ("there is no schema nosuch", replace(VIEW, schema="nosuch")),
    ("view public.a_view has its name", notes("a_view")),
    ("type public.mood has its name", notes("mood")),
    ("table public.users has its name", replace(VIEW, name="users")),
    ("public.summed(integer) has its name", function(name="summed", arguments=(Argument(name="a", type="integer"),))),
    ('index "nope" for table "fresh" does not exist', replace(notes("fresh"), replica_identity="index nope")),
    (
        "must include all partitioning columns",
        replace(fresh("int", nullable=False), partition_by="range (k)", primary_key=PrimaryKey(columns=("id",))),
    ),
    ("does not support unique indexes", index("email", method="hash", unique=True)),
    ("does not support ASC/DESC options", index("email desc", method="hash")),
    ("more than 32 columns in an index", index(*("id",) * 33)),
    ("view public.a_view cannot have indexes", index("id", table="a_view")),
    ("type nope does not exist", function(arguments=(Argument(name="a", type="nope"),))),
    ("Actual return type is text", function(body="select 'x'::text")),
    ("only superuser can define a leakproof function", function(leakproof=True)),
    ('column "a" has pseudo-type record', replace(VIEW, query="select row(1, 2) as a")),
    ("is supported only on automatically updatable views", replace(VIEW, check_option="local")),
    (
        "must not contain data-modifying",
        replace(VIEW, query="with d as (delete from public.users returning id) table d"),
    ),
    (
        'column "b" of relation "odd" does not exist',
        replace(VIEW, grants=(Grant(to="service_role", privileges=(Privilege.SELECT,), columns=("b",)),)),
    ),
    ('column "b" of relation "public.odd" does not exist', replace(VIEW, column_comments={"b": "B."})),
    ('"a_view" is not a table', POLICY),
    ("cannot be performed on relation", TablePatch(table="a_view", columns=(Column(name="k", type="int"),))),
    ('column "nope" of relation "users" does not exist', trigger(update_of=("nope",))),
    ("Tables cannot have INSTEAD OF triggers", trigger(timing="instead of")),
    ("Views cannot have row-level BEFORE or AFTER triggers", trigger("a_view")),
    ("there is no relation public.nope", replace(BACKFILL, table="nope")),
    ('column "nope" of relation "users" does not exist', replace(BACKFILL, assignments={"nope": "1"})),
    ('column "nope" does not exist', replace(BACKFILL, where="nope is null")),
    ('column "nope" does not exist', replace(BACKFILL, key="nope")),
    ("operator does not exist: uuid + integer", replace(BACKFILL, assignments={"email": "id + 1"})),
    ("syntax error", replace(BACKFILL, where="email is")),
    (
        'no default operator class for access method "gist"',
        TablePatch(table="users", exclusions=(Exclusion(name="odd", elements=("role with =",)),)),
    ),
]


@pytest.mark.long
def test_what_the_server_refuses_is_refused_in_the_preview(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(_THERE)
    before = dump(database)

    told = [(words, said_of(database, declared)) for words, declared in REFUSED]

    assert [item for item in told if item[0] not in item[1] or "supaschema_trial" in item[1]] == []
    assert dump(database) == before


def said_of(database: Database, declared: Declaration) -> str:
    """Return what the first preview of a run says of a declaration."""
    with managed(database.url) as objects:
        try:
            return f"not refused: {objects.preview(declared).notes}"
        except SupaschemaError as error:
            return str(error)


SET = ObjectSet(
    objects=(
        View(name="list", query="select id, role from public.users"),
        Trigger(
            name="on_list",
            table="list",
            timing="instead of",
            events=(TriggerEvent.INSERT,),
            function="public.touch",
        ),
        replace(fresh("uuid"), foreign_keys=(replace(KEY, name="to_users"), replace(KEY, references="public.fresh"))),
    )
)


@pytest.mark.parametrize("declared", [SET, fresh("public.small", default="5"), patch("public.small", default="5")])
def test_what_the_server_takes_is_not_refused(database: Database, declared: Declaration) -> None:
    with database.connect() as connection:
        connection.execute(_THERE)
    with managed(database.url) as objects:
        assert objects.preview(declared).notes == ()
        objects.apply(declared)
        assert objects.preview(declared).empty


def test_a_view_and_a_foreign_key_follow_what_changes_first(database: Database) -> None:
    number, key = notes("parents", Column(name="k", type="int", nullable=False)), Column(name="k", type="bigint")
    unique = replace(number, primary_key=PrimaryKey(columns=("k",)))
    with managed(database.url) as objects:
        objects.apply(unique)
        wider = replace(
            unique, columns=(unique.columns[0], replace(unique.columns[1], type="uuid", using="gen_random_uuid()"))
        )

        assert objects.preview(wider).statements
        child = replace(
            notes("children", replace(key, type="uuid")),
            foreign_keys=(ForeignKey(columns=("k",), references="public.parents", referenced_columns=("k",)),),
        )
        assert objects.preview(child).notes == ()


@pytest.mark.parametrize(
    "declared", [notes("fresh"), VIEW, function(), Schema(name="fresh")], ids=lambda it: type(it).__name__
)
def test_a_server_without_the_roles_of_the_api_is_told(database: Database, declared: Declaration) -> None:
    with database.connect_superuser() as platform:
        platform.execute("alter role anon rename to anon_elsewhere")
        try:
            told = said_of(database, declared)
        finally:
            platform.execute("alter role anon_elsewhere rename to anon")

    assert "there is no role anon. What is made is closed to the roles of Supabase's API, and this server has" in told
