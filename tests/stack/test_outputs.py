"""Outputs of the typed classes: what a program may build on, from the first preview on and after an older version."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from supaschema.core.quoted import KEY_WORDS
from supaschema.provider.package_schema import VERSION
from supaschema.provider.values import UNKNOWN
from tests.support.catalog import column, one
from tests.support.pulumi import Stack, object_stack
from tests.support.wheel import unpacked_wheel

_PROGRAM = """\
import pulumi
import supaschema.pulumi as supa

state = supa.EnumType("state", name="State", labels=["new", "done"])
order = supa.Table("order", name="Order", columns=[
    supa.ColumnArgs(name="id", type="bigint", identity="always"),
    supa.ColumnArgs(name="state", type=state.qualified_name, default="'new'", nullable=False),
    supa.ColumnArgs(name="word", type="text", default=pulumi.Output.secret("'a long word'")),
], primary_key={"columns": ["id"]})
supa.Index("by_state", name="by_state", table=order.name, schema=order.schema, keys=["state"])
supa.Table("line", name="line", columns=[
    supa.ColumnArgs(name="id", type="bigint"), supa.ColumnArgs(name="order_id", type="bigint"),
], primary_key={"columns": ["id"]}, foreign_keys=[
    supa.ForeignKeyArgs(columns=["order_id"], references=order.qualified_name, referenced_columns=["id"]),
])
stamp = supa.Function("stamp", name="Stamp", returns="trigger", body="begin return new; end")
supa.Trigger("stamped", name="stamped", table=order.name, events=["update"], function=stamp.qualified_name)
supa.View("waiting", name="waiting", query=pulumi.Output.concat("select id from ", order.qualified_name))
named = supa.Sequence("named", name=state.id.apply(lambda id: "after_" + id.rpartition(".")[2].lower()))
pulumi.export("order", order.qualified_name)
pulumi.export("schema", order.schema)
pulumi.export("named", named.qualified_name)
"""
_OF_THE_VERSION_BEFORE = (
    _PROGRAM.partition("pulumi.export")[0]
    .replace("type=state.qualified_name", "type='public.\"State\"'")
    .replace("order.qualified_name", "'public.\"Order\"'")
    .replace("function=stamp.qualified_name", "function='public.Stamp'")
    .replace("schema=order.schema, ", "")
)
_AS_VALUES = """\
import pulumi
from supaschema.declarations import *
from supaschema.sdk import SchemaObject

SchemaObject("state", EnumType(name="State", labels=("new", "done")))
SchemaObject("order", Table(name="Order", columns=(
    Column(name="id", type="bigint", identity="always"),
    Column(name="state", type='public."State"', default="'new'", nullable=False),
    Column(name="word", type="text", default=pulumi.Output.secret("'a long word'")),
), primary_key=PrimaryKey(columns=("id",))))
SchemaObject("by_state", Index(name="by_state", table="Order", keys=("state",)))
SchemaObject("line", Table(name="line", columns=(
    Column(name="id", type="bigint"), Column(name="order_id", type="bigint"),
), primary_key=PrimaryKey(columns=("id",)), foreign_keys=(
    ForeignKey(columns=("order_id",), references='public."Order"', referenced_columns=("id",)),
)))
SchemaObject("stamp", Function(name="Stamp", returns="trigger", body="begin return new; end"))
SchemaObject("stamped", Trigger(name="stamped", table="Order", events=(TriggerEvent.UPDATE,), function="public.Stamp"))
SchemaObject("waiting", View(name="waiting", query='select id from public."Order"'))
SchemaObject("named", Sequence(name="after_state"))
"""
_VERSIONED = """\
import pulumi
import supaschema.pulumi as supa
supa.Schema("app", name="app", opts=pulumi.ResourceOptions(version="{}"))
"""
_TOLD = ("qualifiedName", "schema", "securityInvoker", "unique", "nullsDistinct", "method")


@pytest.fixture
def stack(plain: str, tmp_path: Path) -> Stack:
    """A stack of the program, in a database without the platform."""
    made = object_stack(tmp_path / "project", plain)
    written(made, _PROGRAM)
    return made.having(PYTHONPATH=str(unpacked_wheel(tmp_path)))


def written(stack: Stack, program: str) -> None:
    """Make this the stack's program."""
    (stack.directory / "program" / "__main__.py").write_text(program, encoding="utf-8")


def without_outputs(stack: Stack) -> None:
    """Make of the state one of the version that had neither names nor defaults among its outputs."""
    state = json.loads(stack.state())
    for resource in state["deployment"]["resources"]:
        if resource["type"].startswith("supaschema:"):
            told, inputs = resource["outputs"], resource["inputs"]
            resource["outputs"] = {key: told[key] for key in told if key not in _TOLD or key in inputs}
    older = stack.directory / "older.json"
    older.write_text(json.dumps(state), encoding="utf-8")
    stack.run("stack", "import", "--file", str(older))


@pytest.mark.long
def test_a_program_builds_on_names_and_defaults_and_an_older_state_shows_no_update(stack: Stack, plain: str) -> None:
    steps = stack.steps()
    assert steps["waiting"]["newState"]["inputs"]["query"] == 'select id from public."Order"'
    assert steps["named"]["newState"]["inputs"]["name"] == UNKNOWN
    stack.up()
    told = json.loads(stack.run("stack", "output", "--json").stdout)
    assert told == {"order": 'public."Order"', "schema": "public", "named": "public.after_state"}
    assert "a long word" not in stack.state()
    assert stack.clean()

    without_outputs(stack)
    assert "qualifiedName" not in stack.state()
    written(stack, _OF_THE_VERSION_BEFORE)
    stack.run("preview", "--expect-no-changes")
    assert stack.clean()
    stack.run("refresh", "--yes", "--skip-preview")
    written(stack, _PROGRAM)
    stack.run("preview", "--expect-no-changes")
    # The same declared as values is the same, before the state has it so and after.
    written(stack, _AS_VALUES)
    stack.run("preview", "--expect-no-changes")
    stack.up()
    written(stack, _PROGRAM)
    assert stack.clean()
    stack.destroy()


@pytest.mark.long
def test_classes_of_another_version_than_the_plugin_are_refused(stack: Stack) -> None:
    major, minor, _ = VERSION.split(".")
    alike, other = f"{major}.{minor}.99", f"{major}.{int(minor) + 1}.0"
    written(stack, _VERSIONED.format(alike))
    stack.preview()

    written(stack, _VERSIONED.format(other))
    told = stack.preview(ok=False)

    assert f"the program's classes are of supaschema {other}, and the plugin that runs is of {VERSION}." in told


def test_the_key_words_are_those_of_the_server(plain: str) -> None:
    with psycopg.connect(plain) as connection:
        major = connection.info.server_version // 10_000
        words = column(connection, "select word from pg_get_keywords() where catcode <> 'U'")
        assert set(words) <= KEY_WORDS, major
        assert one(connection, "select quote_ident('order')") == '"order"'
