"""Edits of a world: what somebody changes in a program between two deployments."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial

from hypothesis import strategies as st

from soak.drawing import Draw, Maker, a_type, maybe, new_name, pick
from soak.tables import default
from soak.values import CONVERSIONS, sort_of
from soak.world import IN_SCHEMA, PUBLIC, VIEWS, Item, Kind, World

More = Callable[[Draw, World], World]
_RENAMED = (
    *IN_SCHEMA,
    Kind.SCHEMA,
    Kind.COLUMN,
    Kind.ATTRIBUTE,
    Kind.CONSTRAINT,
    Kind.INDEX,
    Kind.TRIGGER,
    Kind.POLICY,
)
_REMADE = (
    "domain",
    "range",
    "sequence",
    "table",
    "check",
    "unique",
    "primary",
    "foreign",
    "exclusion",
    "index",
    "view",
    "constant",
    "predicate",
    "doubling",
    "called",
    "trigger",
    "policy",
    "grant",
    "publication",
    "schema",
)


def edited(draw: Draw, world: World, makers: Mapping[str, Maker], more: More) -> World:
    """Return a world after an edit; there may be nothing that it could be made of."""
    edits: tuple[Callable[[], World], ...] = (
        lambda: _relaxed(world, more(draw, world)),
        lambda: _changed(draw, world, makers),
        *(partial(edit, draw, world) for edit in _EDITS),
    )
    return pick(draw, edits)()


def _relaxed(before: World, after: World) -> World:
    """Return a world whose new columns take rows that are there, which do not say them."""
    for item in after.of(Kind.COLUMN):
        if item.key not in before and item.parent in before and not item.option:
            after = after.replacing(dataclasses.replace(item, head=""))
    return after


def _removable(world: World) -> list[Item]:
    return [it for it in world.items if it.name != PUBLIC and it.flavor != "bound"]


def _less(draw: Draw, world: World) -> World:
    found = _removable(world)
    return world.without(pick(draw, found).key) if found else world


def _renamed(draw: Draw, world: World) -> World:
    found = [it for it in world.of(*_RENAMED) if it.name != PUBLIC]
    if not found:
        return world
    item = pick(draw, found)
    inner = item.kind in (Kind.COLUMN, Kind.ATTRIBUTE)
    return world.replacing(dataclasses.replace(item, name=new_name(draw, world, item.parent if inner else "")))


def _moved(draw: Draw, world: World) -> World:
    found, schemas = world.of(*IN_SCHEMA), world.of(Kind.SCHEMA)
    if not found or len(schemas) < 2:
        return world
    item = pick(draw, found)
    return world.replacing(dataclasses.replace(item, parent=pick(draw, schemas).key))


def _changed(draw: Draw, world: World, makers: Mapping[str, Maker]) -> World:
    """Return a world in which something of the same name says something else."""
    found = [it for it in world.made_by(*_REMADE) if it.name != PUBLIC]
    if not found:
        return world
    item = pick(draw, found)
    on = item.parent if item.parent in world.apart_from(item.key) else ""
    made = makers[item.flavor](draw, _without_name(world.apart_from(item.key), item), on)
    if made is None:
        return world
    made = dataclasses.replace(made, key=item.key, name=item.name, parent=item.parent)
    return world.replacing(_kept(draw, item, made, world))


def _without_name(world: World, item: Item) -> World:
    return dataclasses.replace(world, items=tuple(it for it in world.items if it.key != item.key))


def _kept(draw: Draw, item: Item, made: Item, world: World) -> Item:
    """Return what was made anew, with what others take for granted in the item as it was."""
    if item.kind in VIEWS:
        return dataclasses.replace(made, tail=item.tail, option=item.option if draw(st.booleans()) else "")
    if item.flavor == "constant" and any(item.key in it.named for it in world.items):
        return dataclasses.replace(item, tail=item.tail.replace("volatile", "stable"))
    if item.flavor in ("domain", "range"):
        is_same = item.type == made.type
        return made if is_same else dataclasses.replace(made, type=item.type, option="", parts=item.parts)
    if item.flavor in ("unique", "primary") and any(item.key in it.beside for it in world.items):
        return item
    return made


def _retyped(draw: Draw, world: World) -> World:
    """Return a world in which a column or an attribute has another type."""
    found = [it for it in world.of(Kind.COLUMN, Kind.ATTRIBUTE) if it.type in CONVERSIONS and it.flavor != "bound"]
    found = [it for it in found if not it.option.startswith("generated")]
    enums = [it for it in world.of(Kind.COLUMN) if it.type.strip("{}") in {e.key for e in world.of(Kind.ENUM)}]
    if not found and not enums:
        return world
    item = pick(draw, [*found, *enums])
    type = pick(draw, CONVERSIONS[item.type]) if item.type in CONVERSIONS else "text"
    if sort_of(world, type) is not sort_of(world, item.type):
        world = world.without_expressions(_carried(world, item.key))
        item = dataclasses.replace(world[item.key], option="")
    return world.replacing(dataclasses.replace(world[item.key], type=type, option=item.option))


def _carried(world: World, key: str) -> list[str]:
    """Return the keys of a column and of all columns of views that are nothing but it."""
    found = [key]
    for item in found:
        plain = (f"{{{item}}}", f"a.{{{item}}}", f"b.{{{item}}}")
        found += [it.key for it in world.of(Kind.OUTPUT) if it.head in plain and it.key not in found]
    return found


def _relabelled(draw: Draw, world: World) -> World:
    """Return a world in which an enum has other labels, but those that rows have."""
    enums = world.of(Kind.ENUM)
    if not enums:
        return world
    item = pick(draw, enums)
    others = draw(st.permutations(item.parts[1:]))
    new = f"'new{world.number}'"
    way = pick(draw, ("end", "first", "fewer", "order"))
    parts = {
        "end": (*item.parts, new),
        "first": (item.parts[0], new, *item.parts[1:]),
        "fewer": item.parts[:-1] or item.parts,
        "order": (item.parts[0], *others),
    }[way]
    world = dataclasses.replace(world, number=world.number + 1)
    return world.replacing(dataclasses.replace(item, parts=parts))


def _otherwise(draw: Draw, world: World) -> World:
    """Return a world in which a column has another default, or takes NULL or does not, or a view is filled or not."""
    found = [it for it in world.of(Kind.COLUMN, *VIEWS) if it.flavor != "bound"]
    if not found:
        return world
    item = pick(draw, found)
    if item.kind in VIEWS:
        return _as_the_other(world, item)
    if draw(st.booleans()):
        return world.replacing(dataclasses.replace(item, head="" if item.head else "not null"))
    if item.option.startswith("generated always as ("):
        return world.replacing(dataclasses.replace(item, option=""))
    option = (
        default(draw, world.apart_from(item.parent), item.key, item.parent, item.type) if not maybe(draw, 3) else ""
    )
    return world.replacing(dataclasses.replace(item, option=option))


def _as_the_other(world: World, view: Item) -> World:
    """Return a world in which a view is a materialized one, or the other way round."""
    for index in world.beneath(view.key, Kind.INDEX):
        world = world.without(index.key)
    # What is said of a view is said in other words of a materialized one.
    if view.key not in world or any(view.key in it.named for it in world.of(Kind.STATEMENT, Kind.FUNCTION)):
        return world
    is_view = view.kind is Kind.VIEW
    kind, flavor = (Kind.MATERIALIZED_VIEW, "matview") if is_view else (Kind.VIEW, "view")
    return world.replacing(dataclasses.replace(view, kind=kind, flavor=flavor, head=""))


def _replaced(draw: Draw, world: World) -> World:
    """Return a world with a column of another type in the place of one that goes, under the same name."""
    found = [it for it in world.of(Kind.COLUMN) if it.flavor != "bound"]
    if not found:
        return world
    item = pick(draw, found)
    world = world.without(item.key)
    if item.parent not in world:
        return world
    key = world.key("c")
    type = a_type(draw, world.apart_from(item.parent))
    return world.adding(Item(key, Kind.COLUMN, "column", item.name, item.parent, type=type))


_EDITS = (_less, _renamed, _moved, _retyped, _relabelled, _otherwise, _replaced)
