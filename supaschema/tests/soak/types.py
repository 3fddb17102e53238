"""Schemas, extensions, types and sequences."""

from __future__ import annotations

import dataclasses

from hypothesis import strategies as st

from soak.drawing import Draw, Follower, Maker, a_type, maybe, new_name, pick, schema
from soak.values import BASES, Sort, sort_of
from soak.world import Item, Kind, World

_LABELS = ("one", "two", "Three", "it''s", "a b", "")


def _schema(draw: Draw, world: World, _on: str) -> Item:
    return Item(world.key("s"), Kind.SCHEMA, "schema", new_name(draw, world))


def _enum(draw: Draw, world: World, on: str) -> Item:
    labels = draw(st.lists(st.sampled_from(_LABELS[1:]), unique=True, max_size=4))
    parts = tuple(f"'{label}'" for label in (_LABELS[0], *labels))
    # What rows hold stays the first: an edit does not draw it anew.
    return Item(
        world.key("e"),
        Kind.ENUM,
        "enum",
        new_name(draw, world),
        schema(draw, world, on),
        "type",
        " as enum",
        parts=parts,
    )


def _domain(draw: Draw, world: World, on: str) -> Item:
    enums = [f"{{{it.key}}}" for it in world.of(Kind.ENUM)]
    type = pick(draw, (*BASES, *enums))
    key, sort = world.key("d"), sort_of(world, type)
    checks = {Sort.NUMBER: ["value > 0", "value < 900"], Sort.TEXT: ["value <> ''", "length(value) < 60"]}.get(sort, [])
    option = f" default {_DEFAULTS[sort]}" if sort in _DEFAULTS and maybe(draw) else ""
    if checks and maybe(draw):
        option += f" constraint {key}_check check ({pick(draw, checks)})"
    return Item(
        key,
        Kind.DOMAIN,
        "domain",
        new_name(draw, world),
        schema(draw, world, on),
        "domain",
        type,
        " as ",
        option=option,
    )


_DEFAULTS = {Sort.NUMBER: "5", Sort.TEXT: "'given'", Sort.BOOLEAN: "true", Sort.JSON: "'{{}}'"}


def _composite(draw: Draw, world: World, on: str) -> Item:
    return Item(world.key("k"), Kind.COMPOSITE, "composite", new_name(draw, world), schema(draw, world, on))


def _more_attribute(draw: Draw, world: World, on: str) -> Item | None:
    composites = world.of(Kind.COMPOSITE)
    return _attribute(draw, world, on or pick(draw, composites).key) if composites else None


def _attribute(draw: Draw, world: World, on: str) -> Item:
    type = a_type(draw, world.apart_from(on))
    return Item(world.key("a"), Kind.ATTRIBUTE, "attribute", new_name(draw, world, on), on, type=type)


def _attributes(draw: Draw, world: World, key: str) -> World:
    for _ in range(draw(st.integers(1, 3))):
        world = world.adding(_attribute(draw, world, key))
    return world


def _range(draw: Draw, world: World, on: str) -> Item:
    type = pick(draw, ("integer", "bigint", "date", "numeric", "text"))
    return Item(
        *(world.key("r"), Kind.RANGE, "range", new_name(draw, world), schema(draw, world, on), "type", " as range"),
        parts=(f"subtype = {type}",),
    )


def _sequence(draw: Draw, world: World, on: str) -> Item:
    option = pick(draw, ("", " increment 2", " minvalue 1 maxvalue 9000", " cache 5", " cycle", " start 7"))
    type = pick(draw, ("", " as integer", " as bigint"))
    item = Item(
        world.key("q"), Kind.SEQUENCE, "sequence", new_name(draw, world), schema(draw, world, on), "sequence", type
    )
    return dataclasses.replace(item, option=option)


def _extension(draw: Draw, world: World, on: str) -> Item | None:
    known = {it.name for it in world.of(Kind.EXTENSION)}
    free = [name for name in ("hstore", "citext", "btree_gist") if name not in known]
    if not free:
        return None
    return Item(world.key("x"), Kind.EXTENSION, "extension", pick(draw, free), schema(draw, world, on))


MAKERS: dict[str, Maker] = {
    "schema": _schema,
    "enum": _enum,
    "domain": _domain,
    "composite": _composite,
    "attribute": _more_attribute,
    "range": _range,
    "sequence": _sequence,
    "extension": _extension,
}
FOLLOWERS: dict[str, Follower] = {"composite": _attributes}
