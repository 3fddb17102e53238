"""A schema whose name has a dot is not managed: `a.b` with a table `c` and `a` with `b.c` are one text, `a.b.c`."""

from __future__ import annotations

import pytest

from supaschema.database.settings import Settings
from supaschema.declarations import Bucket, Column, Declaration, Function, Index, Schema, Table, TablePatch, View
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
