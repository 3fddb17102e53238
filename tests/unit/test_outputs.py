"""What a resource has for outputs besides its inputs: defaults, and its name as SQL writes it."""

from __future__ import annotations

from typing import Any

import pytest

from supaschema.core.quoted import quoted, unquoted
from supaschema.declarations import Declaration, Policy, Schema, Table, TablePatch, View
from supaschema.provider.outputs import inputs_of, outputs
from supaschema.provider.values import UNKNOWN
from supaschema.registry import RESOURCES

URN = "urn:pulumi:test::notes::supaschema:index:Table::notes"


@pytest.mark.parametrize(
    ("declaration", "inputs", "told"),
    [
        (Table, {"name": "notes"}, {"schema": "public", "qualifiedName": "public.notes"}),
        (Table, {"name": "Order", "schema": "app"}, {"qualifiedName": 'app."Order"'}),
        (Table, {"name": UNKNOWN}, {"schema": "public", "qualifiedName": UNKNOWN}),
        (Table, {"name": 3, "schema": None}, {"schema": "public", "qualifiedName": UNKNOWN}),
        (View, {"name": "v", "securityInvoker": False}, {"schema": "public", "qualifiedName": "public.v"}),
        (View, {"name": "v"}, {"securityInvoker": True}),
        (Schema, {"name": "a b"}, {"qualifiedName": '"a b"'}),
        (TablePatch, {"table": "users", "schema": "auth"}, {"qualifiedName": "auth.users"}),
        (Policy, {"name": "p", "table": "t"}, {"schema": "public", "permissive": True}),
    ],
)
def test_defaults_and_names_are_told(declaration: type[Declaration], inputs: dict[str, Any], told: dict[str, Any]):
    given = {key: value for key, value in inputs.items() if value is not None}

    found = outputs(declaration, inputs, URN, 1)

    assert {**found, **told, **given} == found
    assert ("qualifiedName" in found) is bool(declaration.qualified_by)


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda resource: resource.declaration.__name__)
def test_what_names_an_object_are_its_fields(resource: Any):
    assert set(resource.declaration.qualified_by) <= set(resource.declaration.__struct_fields__)


def test_the_outputs_state_the_same_declaration():
    resource = RESOURCES["supaschema:index:View"]
    inputs = {"name": "recent", "query": "select 1 as n"}

    assert resource.parsed(inputs_of(outputs(View, inputs, URN, 1))).to_inputs() == inputs


@pytest.mark.parametrize(
    ("name", "written"),
    [("notes", "notes"), ("Notes", '"Notes"'), ("order", '"order"'), ('a"b', '"a""b"'), ("1st", '"1st"'), ("é", '"é"')],
)
def test_a_name_is_in_quotes_where_it_needs_them(name: str, written: str):
    assert quoted(name) == written
    assert unquoted(quoted("public", name)) == f"public.{name}"


@pytest.mark.parametrize("name", ["public.notes", 'public.a"b"c', 'a"b', "public.Order"])
def test_a_name_without_quotes_is_as_it_is(name: str):
    assert unquoted(name) == name
