"""Schemas in which nothing can be managed: the server's own, those of a session, and those with a dot in their name.

`a.b` with a table `c` and `a` with `b.c` are one text, `a.b.c`.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from supaschema.database.settings import Settings
from supaschema.declarations import (
    Argument,
    Bucket,
    Check,
    Column,
    Declaration,
    Function,
    Index,
    Policy,
    PolicyCommand,
    Schema,
    Table,
    TablePatch,
    View,
)
from supaschema.provider.operations import Operations
from supaschema.registry import RESOURCES
from tests.support.declared import TITLE

_DOTTED = "a.b"


def refused(declared: Declaration) -> list[str]:
    """Return what a preview says of a declaration by itself."""
    resource = RESOURCES[f"supaschema:index:{type(declared).__name__}"]
    verbs = Operations(Settings("postgresql://nobody@localhost/none"))
    return [problem.what for problem in verbs.declared_twice(resource, "urn:pulumi:s::p::t::it", declared)]


@pytest.mark.parametrize(
    "declared",
    [
        Schema(name=_DOTTED),
        Table(schema=_DOTTED, name="notes", columns=(TITLE,)),
        TablePatch(schema=_DOTTED, table="notes", columns=(Column(name="more", type="text"),)),
        View(schema=_DOTTED, name="v", query="select 1 as one"),
        Function(schema=_DOTTED, name="f", returns="integer", body="begin end"),
        Index(schema=_DOTTED, table="notes", name="i", keys=("title",)),
    ],
    ids=lambda declared: type(declared).__name__,
)
def test_what_is_in_a_schema_with_a_dot_is_refused(declared: Declaration) -> None:
    (what,) = refused(declared)
    assert what.startswith("the schema a.b has a dot in its name")


@pytest.mark.parametrize(
    "declared", [Table(name="b.c", columns=(Column(name="d.e", type="text"),)), Bucket(name="files.eu")]
)
def test_other_names_may_have_dots(declared: Declaration) -> None:
    assert refused(declared) == []


@pytest.mark.parametrize("schema", ["pg_catalog", "pg_temp", "information_schema"])
@pytest.mark.parametrize(
    "declared",
    [
        TablePatch(schema="s", table="pg_class", columns=(Column(name="more", type="text"),)),
        View(schema="s", name="v", query="select 1 as one"),
        Function(schema="s", name="f", returns="integer", body="begin end"),
        Index(schema="s", table="pg_class", name="i", keys=("relname",)),
    ],
    ids=lambda declared: type(declared).__name__,
)
def test_what_is_in_a_schema_of_the_server_is_refused(schema: str, declared: Declaration) -> None:
    (what,) = refused(replace(declared, schema=schema))
    assert f"is in {schema}, which is the server's own" in what


@pytest.mark.parametrize(
    "declared",
    [
        View(name="v", query="select a from pg_temp.t"),
        View(name="v", query="select 'a' as a from \"pg_temp_3\" . t"),
        Function(
            name="f",
            arguments=(Argument(name="a", type="integer", default="pg_temp.f()"),),
            returns="integer",
            body="begin end",
        ),
        Policy(table="t", name="p", command=PolicyCommand.SELECT, to=("anon",), using="exists (table PG_TEMP.t)"),
        TablePatch(table="t", checks=(Check(name="c", expression="pg_temp.f()"),)),
        TablePatch(table="t", columns=(Column(name="c", type="pg_temp.odd"),)),
    ],
)
def test_what_names_something_temporary_is_refused(declared: Declaration) -> None:
    (what,) = refused(declared)
    assert "what is in there ends with the session" in what


def test_what_only_looks_temporary_is_not_refused() -> None:
    query = """
        select 'pg_temp.a' as a, t.pg_temp, my_pg_temp.b -- pg_temp.c
          from pg_temper.t, public.t, my_pg_temp /* pg_temp.d */
    """
    assert refused(View(name="v", query=query)) == []
    assert refused(Function(name="f", returns="integer", body="begin return (select a from pg_temp.t); end")) == []
