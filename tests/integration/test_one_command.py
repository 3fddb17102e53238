"""A text of a declaration is part of one command: it cannot end the transaction in which a preview takes all back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from supaschema.core.errors import DeclarationError, SupaschemaError
from supaschema.declarations import (
    Backfill,
    Check,
    Column,
    Declaration,
    Function,
    Index,
    Policy,
    PolicyCommand,
    TablePatch,
    View,
)
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.declared import notes
from tests.support.objects import managed

_MORE = "commit; create table public.more (); commit; begin;"
_TOLD = View(name="told", query="select 1 as one")


@pytest.mark.parametrize(
    "declared",
    [
        TablePatch(table="users", columns=(Column(name="a", type="integer", default=f"1; {_MORE} select 1"),)),
        replace(notes("fresh"), checks=(Check(name="c", expression=f"true)); {_MORE} select ((1"),)),
        Policy(
            table="users", name="p", command=PolicyCommand.SELECT, to=("anon",), using=f"true); {_MORE} select (true"
        ),
        Index(table="users", name="i", keys=("id",), where=f"true; {_MORE} select 1"),
        View(name="fresh", query=f"select 1 as one; {_MORE} select 1"),
        replace(_TOLD, query=f"select 2 as one; {_MORE} select 1"),
        Function(
            name="f", returns=f"integer as 'x'; {_MORE} create function pg_temp.f() returns integer", body="begin end"
        ),
    ],
    ids=lambda declared: type(declared).__name__,
)
def test_a_text_that_holds_more_commands_is_refused_and_runs_none(database: Database, declared: Declaration):
    with managed(database.url) as objects:
        objects.apply(_TOLD)
    for way in ("preview", "apply"):
        with managed(database.url) as objects, pytest.raises(SupaschemaError, match=r"multiple commands|syntax error"):
            getattr(objects, way)(declared)
        with database.connect() as owner:
            assert one(owner, "select pg_catalog.to_regclass('public.more')") is None


def test_a_string_ends_where_the_standard_has_it_end_whatever_the_role_is_set_to(database: Database):
    with database.connect_superuser() as platform:
        setting = f'alter role postgres in database "{database.name}" set standard_conforming_strings = off'
        platform.execute(setting.encode())
    with managed(database.url) as objects:
        objects.apply(View(name="told", query=r"select '\' as one, '--' as two"))
        assert objects.preview(View(name="told", query=r"select '\' as one, '--' as two")).empty
    with database.connect() as owner:
        assert one(owner, "select array[one, two] from public.told") == ["\\", "--"]


@pytest.mark.parametrize(
    "declared",
    [
        TablePatch(table="users", columns=(Column(name="a\0b", type="text"),)),
        Policy(table="users", name="p", command=PolicyCommand.SELECT, to=("anon",), using="true)\0 and false"),
        Index(table="users", name="i", keys=("id",), where="true\0 and false"),
        View(name="fresh", query="select 1 as one\0 where false"),
        Backfill(table="users", name="b", assignments={"email": "'x'"}, where="true)\0 and (false"),
    ],
    ids=lambda declared: type(declared).__name__,
)
def test_no_text_ends_before_its_end(database: Database, declared: Declaration):
    for way in ("preview", "apply"):
        with managed(database.url) as objects, pytest.raises(DeclarationError, match="holds a NUL character"):
            getattr(objects, way)(declared)
