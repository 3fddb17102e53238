"""Resources come after those declared before them that their texts name, without `depends_on`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pulumi
import pytest

from supaschema.order import _Order


class Given:
    """Arguments as the typed classes hold them."""

    def __init__(self, **given: Any) -> None:
        self.__dict__.update(given)


PROGRAM: dict[str, tuple[str, Mapping[str, Any]]] = {
    "app": ("Schema", {"name": "app"}),
    "kind": ("EnumType", {"name": "kind"}),
    "notes": ("Table", {"name": "notes", "schema": "app", "columns": [Given(name="kind", type="public.kind")]}),
    "more": ("TablePatch", {"table": "notes", "schema": "app", "columns": [{"name": "title", "type": "text"}]}),
    "other": ("Table", {"name": "other", "columns": [], "comment": None}),
    "set": (
        "ObjectSet",
        {
            "objects": {
                "Schema inner": {"name": "inner"},
                "View inner.seen": {"name": "seen", "schema": "inner", "query": "select 1"},
                "Trigger public.other.stamp": {"name": "stamp", "table": "other", "function": "inner.stamp"},
                "View public.typed": Given(name="typed", schema="public", query="select 1"),
            }
        },
    ),
}


def after(type_: str, **props: Any) -> set[str]:
    """Return after which of the program's resources one more would come."""
    order, resources = _Order(), {name: object.__new__(pulumi.Resource) for name in PROGRAM}
    for name, (kind, given) in PROGRAM.items():
        order.transformed(asked(resources[name], kind, given))
    made = order.transformed(asked(object.__new__(pulumi.Resource), type_, props))
    first = [] if made is None else made.opts.depends_on
    assert isinstance(first, list)
    return {name for name, resource in resources.items() if any(resource is one for one in first)}


def asked(resource: pulumi.Resource, type_: str, props: Mapping[str, Any]) -> pulumi.ResourceTransformationArgs:
    """Return what Pulumi asks of a resource."""
    token = f"supaschema:index:{type_}"
    return pulumi.ResourceTransformationArgs(resource, token, "any", props, pulumi.ResourceOptions())


@pytest.mark.parametrize(
    ("type_", "props", "first"),
    [
        (
            "View",
            {"name": "v", "query": "select\nid from\napp.notes n, public.other"},
            {"notes", "more", "other"},
        ),
        ("View", {"name": "v", "query": 'select 1 from "app"."notes"', "schema": "app"}, {"app", "notes", "more"}),
        ("View", {"name": "v", "query": "select note.title from notes note"}, set()),
        ("Function", {"name": "f", "schema": "app", "body": "begin end"}, {"app"}),
        ("Function", {"name": "f", "returns": "setof app.notes", "body": ""}, {"notes", "more"}),
        ("Policy", {"name": "p", "table": "other", "using": "true"}, {"other"}),
        ("Index", {"name": "i", "table": "notes", "schema": "app", "keys": ["title"]}, {"app", "notes", "more"}),
        ("Table", {"name": "t", "columns": [Given(name="k", type="public.kind[]")]}, {"kind"}),
        ("Table", {"name": "t", "columns": [], "foreign_keys": [{"references": "public.other"}]}, {"other"}),
        ("View", {"name": "v", "query": "select id from inner.seen"}, {"set"}),
        ("Function", {"name": "f", "schema": "inner", "body": "begin end"}, {"set"}),
        ("View", {"name": "v", "query": "select id from public.stamp"}, set()),
        ("View", {"name": "v", "query": "select id from public.typed"}, {"set"}),
        (
            "ObjectSet",
            {"objects": {"Index app.notes.i": {"name": "i", "table": "notes", "schema": "app"}}},
            {"app", "notes", "more"},
        ),
        ("ObjectSet", {"objects": {"View public.v": {"name": "v", "query": "select from public.other"}}}, {"other"}),
    ],
)
def test_what_is_named_comes_first(type_: str, props: Mapping[str, Any], first: set[str]):
    assert after(type_, **props) == first


def test_what_is_declared_later_or_is_of_another_provider_comes_after_nothing():
    order, resource = _Order(), object.__new__(pulumi.Resource)
    view = asked(resource, "View", {"name": "v", "query": "select id from public.late"})

    assert order.transformed(view) is None
    assert order.transformed(asked(resource, "Table", {"name": "late", "columns": []})) is None
    alien = pulumi.ResourceTransformationArgs(resource, "other:index:T", "x", {"name": "v"}, pulumi.ResourceOptions())
    assert order.transformed(alien) is None


def later(value: str, *, is_known: bool = True) -> pulumi.Output[str]:
    """Return an output, which is not known before the program goes on."""

    async def given() -> Any:
        await asyncio.sleep(0)
        return value if is_known else None

    async def known() -> bool:
        return is_known

    return pulumi.Output(set(), given(), known())


def run(order: Callable[[], Awaitable[set[str]]]) -> set[str]:
    """Return what comes first, of a program that has outputs."""

    async def found() -> set[str]:
        return await order()

    return asyncio.run(found())


def program() -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return a program whose objects are in a schema, and on a table, that are told by outputs."""
    app = later("app")
    return {
        "app": ("Schema", {"name": "app"}),
        "mine": ("Function", {"name": "mine", "schema": app, "body": "select 1"}),
        "same name": ("Function", {"name": "mine", "schema": later("other"), "body": "select 1"}),
        "not known": ("View", {"name": "mine", "schema": later("app", is_known=False), "query": "select 1"}),
        "notes": ("Table", {"name": "notes", "columns": []}),
        "more": ("TablePatch", {"table": later("notes"), "columns": [{"name": "title", "type": "text"}]}),
    }


@pytest.mark.parametrize(
    ("props", "first"),
    [
        ({"name": "v", "query": "select app.mine()"}, {"mine"}),
        ({"name": "v", "query": ["select ", "app.mine()"]}, {"mine"}),
        ({"name": "v", "query": ["select n.title from public.", "notes n"]}, {"notes", "more"}),
        ({"name": "i", "table": ["notes"], "keys": ["title"]}, {"notes", "more"}),
        ({"name": "f", "schema": ["app"], "body": "select 1"}, {"app"}),
        ({"name": "f", "body": "select app.mine()", "comment": None, "returns": [None]}, {"mine"}),
        ({"name": "v", "query": "select app.others()"}, set()),
    ],
)
def test_names_and_texts_may_be_outputs(props: Mapping[str, Any], first: set[str]):
    async def found() -> set[str]:
        order, resources = _Order(), {}
        for name, (kind, given) in program().items():
            resources[name] = object.__new__(pulumi.Resource)
            order.transformed(asked(resources[name], kind, given))
        # What is a list here is an output, of its parts one after the other; of nothing one that is not known.
        given = {
            key: later("".join(map(str, value)), is_known=value != [None]) if isinstance(value, list) else value
            for key, value in props.items()
            if key != "keys"
        }
        made = order.transformed(asked(object.__new__(pulumi.Resource), "View", given))
        order.transformed(asked(object.__new__(pulumi.Resource), "View", {"name": "mine", "schema": "app"}))
        if made is None:
            return set()
        comes = await pulumi.Output.from_input(made.opts.depends_on).future()
        assert isinstance(comes, list)
        return {name for name, resource in resources.items() if any(resource is one for one in comes)}

    assert run(found) == first
