"""PostgreSQL without Supabase: a stack lives there as anywhere, and what only the platform has is named."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace

from supaschema.declarations import (
    Bucket,
    Column,
    CronJob,
    EnumType,
    Grant,
    InlineAccess,
    InlinePolicy,
    MaterializedView,
    ObjectSet,
    PolicyCommand,
    Privilege,
    Schema,
)
from supaschema.declarations import Sequence as Numbers
from tests.support import notes
from tests.support.catalog import column, one
from tests.support.pulumi import Declared, Stack, object_stack, previewed, said
from tests.support.sessions import Connection

READER = "reader"
ACCESS = InlineAccess(
    policies=(InlinePolicy(name="all notes", command=PolicyCommand.SELECT, to=(READER,), using="true"),),
    grants=(Grant(to=READER, privileges=(Privilege.SELECT,)),),
)
TABLE = replace(notes.TABLE, access=ACCESS)
TABLE_ITEM, *OTHERS = notes.declared(
    table=TABLE,
    function=replace(notes.FUNCTION, execute=(READER,)),
    index=notes.INDEX,
    stamp=notes.STAMP,
    trigger=notes.TRIGGER,
    view=replace(notes.VIEW, grants=(Grant(to=READER, privileges=(Privilege.SELECT,)),)),
    schema=Schema(name="reports", grants=(Grant(to=READER, privileges=(Privilege.USAGE,)),)),
)
EVERY = (
    TABLE_ITEM,
    *OTHERS,
    Declared("state", EnumType(name="shelf_state", labels=("new", "done"))),
    Declared("numbers", Numbers(name="shelf_numbers", start=100)),
    Declared(
        "kept", MaterializedView(name="shelved", query="select count(*) as n from public.notes"), after=("table",)
    ),
    Declared("both", ObjectSet(objects=(Schema(name="shelves"), Numbers(name="others", schema="shelves")))),
)


@pytest.fixture
def owner(plain: str, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A new database of a plain server that has one role of its own."""
    name = f"plain_{abs(hash(request.node.name))}"
    with psycopg.connect(plain, autocommit=True) as server:
        server.execute("create role reader")
        server.execute(f'create database "{name}"'.encode())
        with psycopg.connect(plain, dbname=name, autocommit=True) as connection:
            yield connection
        server.execute(f'drop database "{name}" with (force)'.encode())
        server.execute("drop role reader")


@pytest.fixture
def objects(owner: Connection, plain: str, tmp_path: Path) -> Stack:
    """A stack of that database."""
    return object_stack(tmp_path / "project", plain.rpartition("/")[0] + f"/{owner.info.dbname}")


def test_a_stack_lives_and_goes_where_no_role_or_schema_of_the_platform_is(objects: Stack, owner: Connection) -> None:
    objects.declare(*EVERY)
    shown = previewed(objects.run("preview", "--json"))
    assert 'revoke all on table "public"."notes" from PUBLIC' in shown.reports["table"]
    assert not any("anon" in report for report in shown.reports.values())
    objects.up()
    assert objects.clean()
    owner.execute("insert into notes (owner, title) values (gen_random_uuid(), 'a')")
    owner.execute("set role reader")
    assert column(owner, "select title from notes") == ["a"]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("insert into notes (owner) values (gen_random_uuid())")
    owner.execute("reset role")

    extended = replace(TABLE, columns=(*TABLE.columns, Column(name="shelf", type="integer")), access=None)
    changed = replace(extended, access=replace(ACCESS, policies=()))
    objects.declare(dataclasses.replace(TABLE_ITEM, declaration=changed), *EVERY[1:])
    assert "alter table" in previewed(objects.run("preview", "--json")).reports["table"]
    objects.up()
    assert objects.clean()

    objects.destroy()
    assert one(owner, "select to_regclass('public.notes')") is None
    assert column(owner, 'select title from supaschema_archive."public.notes"') == ["a"]


def test_what_only_the_platform_has_is_named_in_the_preview(objects: Stack) -> None:
    new_ones = InlinePolicy(name="new notes", command=PolicyCommand.SELECT, to=("anon",), using="status = 'new'")
    open_to_all = InlineAccess(policies=(new_ones,), grants=(Grant(to="anon", privileges=(Privilege.SELECT,)),))
    objects.declare(
        Declared("bucket", Bucket(name="files")),
        Declared("job", CronJob(name="purge", schedule="5 4 * * *", command="select 1")),
        Declared("table", replace(TABLE, access=open_to_all)),
    )
    told = said(objects.run("preview", ok=False))
    assert "this database does not have storage.buckets" in told
    assert "this database does not have cron.job" in told
    assert "there is no role anon" in told
