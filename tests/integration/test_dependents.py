"""What stands on an object that changes is dropped and recreated, or the change is refused at preview."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

import msgspec
import pytest
from msgspec.structs import replace

from supaschema.core.errors import DependencyError, OwnershipError
from supaschema.core.model import Hazard
from supaschema.declarations import (
    Argument,
    Column,
    ForeignKey,
    Function,
    Grant,
    Index,
    InlinePolicy,
    Policy,
    PolicyCommand,
    Privilege,
    Table,
    TableAccess,
    TablePatch,
    Unique,
    View,
    Volatility,
)
from supaschema.engine.execute import segments
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.declared import TITLE, notes
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection
from tests.support.survey import schema

SIZE = Column(name="size", type="integer")
READERS = (Grant(to="authenticated", privileges=(Privilege.SELECT,)),)
LIST = View(name="list", query="select id, size from public.notes", grants=READERS, comment="All of them.")
SUMS = View(name="sums", query="select sum(size) as total from public.list", grants=READERS)
ACCESS = TableAccess(
    table="notes",
    policies=(InlinePolicy(name="small", command=PolicyCommand.SELECT, to=("authenticated",), using="size < 100"),),
    grants=READERS,
)
STANDING = (LIST, SUMS, ACCESS)


def table(*columns: Column) -> Table:
    """Return the table that all of them read."""
    return notes("notes", *columns)


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """A database in which views and a policy stand on a column."""
    with managed(database.url) as found:
        for declared in (table(SIZE, TITLE), *STANDING):
            found.apply(declared)
        yield found


def test_a_type_changes_under_views_and_a_policy(objects: Objects, database: Database, connection: Connection):
    connection.execute("insert into public.notes (size) values (1)")
    before = schema(database)
    wider = table(Column(name="size", type="bigint"), TITLE)

    plan = objects.preview(wider)
    done = objects.apply(wider)

    assert [item.text for item in plan.statements] == [item.text for item in done.statements]
    named = "\n".join(plan.notes)
    assert all(f"{it} is dropped and recreated" in named for it in ("view public.list", "view public.sums"))
    assert "policy public.notes.small is dropped and recreated" in named
    after = schema(database)
    changed = [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert all(("integer" in old and "bigint" in new) or "numeric" in new for old, new in changed)
    assert changed
    assert one(connection, "select obj_description('public.list'::regclass, 'pg_class')") == "All of them."
    assert one(connection, "select has_table_privilege('authenticated', 'public.sums', 'select')") is True
    assert one(connection, "select has_table_privilege('anon', 'public.sums', 'select')") is False
    assert all(objects.preview(declared).empty for declared in (wider, *STANDING))


def test_what_was_recreated_is_no_drift_for_those_who_declare_it(objects: Objects, database: Database):
    objects.apply(table(Column(name="size", type="numeric(9,2)"), TITLE))

    with managed(database.url) as later:
        assert all(later.preview(declared).empty for declared in STANDING)
        assert later.apply(SUMS).empty


def test_a_change_by_hand_of_what_stands_aside_is_kept(objects: Objects, connection: Connection):
    connection.execute("comment on view public.list is 'By hand.'")

    objects.apply(table(Column(name="size", type="bigint"), TITLE))

    assert one(connection, "select obj_description('public.list'::regclass, 'pg_class')") == "By hand."


def test_a_column_does_not_go_from_under_a_view(objects: Objects, database: Database):
    before = schema(database)

    for attempt in (objects.preview, objects.apply):
        with pytest.raises(
            DependencyError,
            match=r"it cannot be dropped: policy public.notes.small, view public.list would .* Nothing was",
        ):
            attempt(table(TITLE))

    assert schema(database) == before


def test_a_function_changes_its_result_under_a_policy(objects: Objects, connection: Connection):
    limit = Function(
        name="size_limit",
        arguments=(Argument(name="factor", type="integer"),),
        returns="integer",
        language="sql",
        body="select 10 * factor",
        volatility=Volatility.STABLE,
        execute=("authenticated",),
    )
    below = Policy(
        name="below",
        table="notes",
        command=PolicyCommand.SELECT,
        to=("service_role",),
        using="size < public.size_limit(2)",
    )
    wider = msgspec.structs.replace(limit, returns="bigint")
    objects.apply(limit)
    objects.remove(ACCESS)
    objects.apply(below)

    plan = objects.apply(wider)

    assert [text.split(" on ")[0] for text in (it.text for it in plan.statements)][:2] == [
        'drop policy "below"',
        'drop function "public"."size_limit"(integer)',
    ]
    assert objects.preview(below).empty
    assert one(connection, "select has_function_privilege('anon', 'public.size_limit(integer)', 'execute')") is False


def test_another_stacks_view_is_not_recreated(objects: Objects, database: Database, connection: Connection):
    connection.execute(
        "update supaschema.objects set urn = replace(urn, ':test::', ':other::') where urn like '%View::%'"
    )
    before = schema(database)

    with managed(database.url) as later, pytest.raises(OwnershipError, match="belongs to urn:pulumi:other"):
        later.preview(table(Column(name="size", type="bigint"), TITLE))

    assert schema(database) == before


def test_a_default_lets_go_of_the_function_that_it_calls(objects: Objects, connection: Connection):
    ten = Function(name="ten", returns="integer", language="sql", body="select 10")
    patch = TablePatch(table="notes", columns=(Column(name="bonus", type="integer", default="public.ten()"),))
    wider = Function(name="ten", returns="smallint", language="sql", body="select 11::smallint")
    objects.apply(ten)
    objects.apply(patch)

    plan = objects.apply(wider)

    assert [part for part in segments(plan.statements) if "drop default" in part.statements[0].text] == list(
        segments(plan.statements)
    )
    assert any("column public.notes.bonus lets go of function public.ten" in note for note in plan.notes)
    assert objects.preview(patch).empty
    assert one(connection, "insert into public.notes default values returning bonus") == 11


_FAMILIES: dict[str, LiteralString] = {
    "partitions": """
        create table public.up (id integer, size bigint default {}) partition by range (id);
        create table public.down partition of public.up for values from (0) to (10);
        create table public.other partition of public.up for values from (10) to (20);
        create table public.same partition of public.up for values from (20) to (30)
    """,
    "heirs": """
        create table public.up (id integer, size bigint default {});
        create table public.down () inherits (public.up);
        create table public.other () inherits (public.up);
        create table public.same () inherits (public.up)
    """,
}


@pytest.mark.parametrize("above", ["7", "public.ten()"])
@pytest.mark.parametrize(
    ("family", "is_declared"), [("partitions", False), ("partitions", True), ("heirs", False)], ids=str
)
def test_a_default_that_is_a_partitions_own_is_set_again(
    objects: Objects,
    database: Database,
    connection: Connection,
    family: str,
    above: LiteralString,
    *,
    is_declared: bool,
):
    ten = Function(name="ten", returns="integer", language="sql", body="select 10")
    objects.apply(ten)
    connection.execute(_FAMILIES[family].format(above))
    connection.execute("alter table public.other alter size set default 5")
    connection.execute("alter table public.down alter size set default public.ten() + 2")
    if is_declared:
        objects.apply(TablePatch(table="up", columns=(Column(name="size", type="bigint", default=above),)))
        own = Column(name="size", type="bigint", default="public.ten() + 2")
        objects.apply(TablePatch(table="down", columns=(own,)))
    defaults = (
        "select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d join pg_class c on c.oid = d.adrelid"
        " where c.relname in ('up', 'down', 'other', 'same') order by c.relname"
    )
    before = column(connection, defaults)
    assert len(before) == 4

    with managed(database.url) as later:
        later.apply(replace(ten, returns="bigint", body="select 20::bigint"))

    assert column(connection, defaults) == before


def test_a_key_is_replaced_under_a_foreign_key_made_by_hand(
    objects: Objects, database: Database, connection: Connection
):
    coded = Column(name="code", type="text", nullable=False)
    objects.apply(replace(table(SIZE, TITLE, coded), uniques=(Unique(name="by_code", columns=("code",)),)))
    connection.execute("create table public.marks (code text constraint marked references public.notes (code))")
    other = replace(table(SIZE, TITLE, coded), uniques=(Unique(name="of_code", columns=("code",)),))

    with managed(database.url) as later:
        plan = later.apply(other)

    assert any("constraint public.marks.marked is dropped and recreated" in note for note in plan.notes)
    assert one(connection, "select convalidated from pg_constraint where conname = 'marked'") is True


def test_what_stands_aside_comes_back_in_the_same_transaction(objects: Objects, connection: Connection):
    owner = ForeignKey(columns=("owner",), references="public.users")
    linked = table(Column(name="size", type="bigint"), TITLE, Column(name="owner", type="uuid"))

    plan = objects.preview(replace(linked, foreign_keys=(owner,)))

    together = [part for part in segments(plan.statements) if any("drop view" in it.text for it in part.statements)]
    texts = [statement.text for statement in together[0].statements]
    assert len(together) == 1
    assert next(text for text in texts if "policy" in text).startswith("drop policy")
    assert any(text.startswith('create policy "small"') for text in texts)
    assert any(text.startswith('create view "public"."sums"') for text in texts)
    assert any(text.startswith('grant select on table "public"."sums"') for text in texts)


def test_what_comes_back_as_it_was_raises_no_alarm(objects: Objects):
    plan = objects.preview(table(Column(name="size", type="bigint"), TITLE))

    assert {note.hazard for statement in plan.statements for note in statement.hazards} == {Hazard.REWRITES_TABLE}


def test_what_another_role_owns_is_not_recreated_as_ours(objects: Objects, database: Database, connection: Connection):
    connection.execute("create role keeper")
    connection.execute("grant keeper to current_user")
    connection.execute("grant create on schema public to keeper")
    connection.execute("alter view public.sums owner to keeper")
    try:
        with (
            managed(database.url) as later,
            pytest.raises(DependencyError, match=r"view public.sums: .* owner is keeper"),
        ):
            later.preview(table(Column(name="size", type="bigint"), TITLE))
    finally:
        connection.execute("alter view public.sums owner to current_user")
        connection.execute("drop owned by keeper")
        connection.execute("drop role keeper")


def test_an_index_of_another_stack_does_not_go_along(objects: Objects, database: Database, connection: Connection):
    objects.apply(Index(name="notes_title", table="notes", keys=("title",)))
    connection.execute(
        "update supaschema.objects set urn = replace(urn, ':test::', ':other::') where urn like '%Index::%'"
    )

    with managed(database.url) as later, pytest.raises(OwnershipError, match="belongs to urn:pulumi:other"):
        later.preview(table(SIZE))


def test_a_table_is_not_archived_from_under_a_view_of_a_column_that_it_does_not_declare(
    objects: Objects, database: Database, connection: Connection
):
    odd = notes("odd")
    objects.apply(odd)
    connection.execute("alter table public.odd add column patched text")
    connection.execute("create view public.reads_it as select patched from public.odd")
    connection.execute("insert into public.odd default values")

    with managed(database.url) as later, pytest.raises(DependencyError, match=r"view public\.reads_it would lose"):
        later.remove(odd)

    assert one(connection, "select to_regclass('public.odd') is not null") is True


def test_a_table_with_a_long_name_comes_back_with_its_rows(objects: Objects, connection: Connection):
    long = notes("n" * 57)
    objects.apply(long)
    connection.execute(f"insert into public.{long.name} default values")

    objects.remove(long)
    objects.apply(long)

    assert one(connection, f"select count(*) from public.{long.name}") == 1


def test_a_strangers_function_of_a_row_type_does_not_become_ours(
    objects: Objects, database: Database, connection: Connection
):
    before = schema(database)
    connection.execute("create role stranger")
    connection.execute("grant create on schema public to stranger")
    connection.execute("grant stranger to current_user")
    connection.execute(
        "create function public.trap(r public.list, cmd text) returns text language plpgsql security definer"
        " as 'begin execute cmd; return current_user; end'"
    )
    connection.execute("alter function public.trap owner to stranger")
    connection.execute("revoke stranger from current_user")
    longer = replace(LIST, query="select id, title, size from public.notes")
    try:
        for attempt in ("preview", "apply"):
            with (
                managed(database.url) as later,
                pytest.raises(DependencyError, match=r"public\.trap.* owner is stranger"),
            ):
                getattr(later, attempt)(longer)
    finally:
        connection.execute("grant stranger to current_user")
        connection.execute("drop owned by stranger")
        connection.execute("drop role stranger")
    assert schema(database) == before


def test_what_holds_a_secret_is_not_recreated_in_the_clear_for_another(
    objects: Objects, database: Database, connection: Connection
):
    seal = """jsonb_set(spelling, '{query}', '"supaschema:seal:it no longer fits"')"""
    connection.execute(f"update supaschema.objects set spelling = {seal} where object like '%view%sums%'")

    with managed(database.url) as later, pytest.raises(DependencyError, match="holds a secret") as told:
        later.preview(table(Column(name="size", type="bigint"), TITLE))

    assert "sum(size)" not in str(told.value)
