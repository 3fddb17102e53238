"""Views and materialized views, over tables, views and functions."""

from __future__ import annotations

import dataclasses

from hypothesis import strategies as st

from soak.drawing import Draw, Follower, Maker, fields, maybe, new_name, pick, predicate, scalar, schema
from soak.world import VIEWS, Item, Kind, World


def _source(draw: Draw, world: World) -> tuple[str, tuple[Item, ...]] | None:
    """Draw what a query is from, and the relations that it reads."""
    relations = [it for it in world.of(Kind.TABLE, *VIEWS) if it.flavor != "heir" and fields(world, it.key)]
    functions = world.made_by("counting", "listing")
    if not relations or (functions and maybe(draw, 6)):
        return (f" from {{{pick(draw, functions).key}}}() as f", ()) if functions else None
    first = pick(draw, relations)
    if not maybe(draw, 4):
        return f" from {{{first.key}}}", (first,)
    second = pick(draw, relations)
    return f" from {{{first.key}}} a left join {{{second.key}}} b on true", (first, second)


def _view(draw: Draw, world: World, on: str) -> Item | None:
    found = _source(draw, world)
    if found is None:
        return None
    tail, read = found
    option = ""
    if len(read) == 1 and maybe(draw, 3):
        option = f" where {predicate(draw, world, pick(draw, fields(world, read[0].key)))}"
    head = pick(draw, ("", "", " with (security_invoker = true)", " with (security_barrier = true)"))
    place = schema(draw, world, on)
    return Item(world.key("v"), Kind.VIEW, "view", new_name(draw, world), place, head, "", tail, option=option)


def _matview(draw: Draw, world: World, on: str) -> Item | None:
    made = _view(draw, world, on)
    if made is None:
        return None
    return dataclasses.replace(made, kind=Kind.MATERIALIZED_VIEW, flavor="matview", head="")


def output(draw: Draw, world: World, on: str) -> Item:
    """Draw a column of a view."""
    view, key = world[on], world.key("o")
    name = new_name(draw, world, on)
    read = _read(world, view)
    if not read:
        return Item(key, Kind.OUTPUT, "output", name, on, "f::text", "text")
    place, relation = pick(draw, read)
    # A partition has the columns of its table.
    field = pick(draw, fields(world, relation))
    if draw(st.booleans()):
        return Item(key, Kind.OUTPUT, "output", name, on, f"{place}{{{field.key}}}")
    head, type = scalar(draw, world.apart_from(on), field, place)
    return Item(key, Kind.OUTPUT, "output", name, on, head, type)


def _read(world: World, view: Item) -> list[tuple[str, str]]:
    keys = [part.partition("}")[0] for part in view.tail.split("{")[1:]]
    if any(world[key].kind is Kind.FUNCTION for key in keys):
        return []
    return list(zip(("a.", "b."), keys, strict=True)) if len(keys) == 2 else [("", keys[0])]


def _outputs(draw: Draw, world: World, key: str) -> World:
    for _ in range(draw(st.integers(1, 3))):
        world = world.adding(output(draw, world, key))
    return world


def _more_output(draw: Draw, world: World, on: str) -> Item | None:
    views = [it.key for it in world.of(*VIEWS)]
    return output(draw, world, on or pick(draw, views)) if views else None


MAKERS: dict[str, Maker] = {"view": _view, "matview": _matview, "output": _more_output}
FOLLOWERS: dict[str, Follower] = {"view": _outputs, "matview": _outputs}
