"""Tables and their columns, partitions among them."""

from __future__ import annotations

from hypothesis import strategies as st

from soak.drawing import Draw, Follower, Maker, a_type, maybe, new_name, pick, schema
from soak.values import Sort, sort_of, sort_of_field
from soak.world import Item, Kind, World

_CONSTANTS = {
    Sort.NUMBER: ("7", "1 + 1"),
    Sort.TEXT: ("'given'", "upper('x')", "''"),
    Sort.BOOLEAN: ("true", "(not true)"),
    Sort.DATE: ("'2030-01-01'", "current_date"),
    Sort.TIME: ("now()",),
    Sort.JSON: ("'{{}}'",),
    Sort.UUID: ("gen_random_uuid()",),
}


def _table(draw: Draw, world: World, on: str) -> Item:
    head = "unlogged " if maybe(draw, 6) else ""
    option = " with (fillfactor = 70)" if maybe(draw, 6) else ""
    return Item(
        world.key("t"), Kind.TABLE, "table", new_name(draw, world), schema(draw, world, on), head, option=option
    )


def _columns(draw: Draw, world: World, key: str) -> World:
    for _ in range(draw(st.integers(1, 4))):
        world = world.adding(column(draw, world, key))
    return world


def column(draw: Draw, world: World, on: str) -> Item:
    """Draw a column of a table."""
    key, apart = world.key("c"), world.apart_from(on)
    type = a_type(draw, apart)
    option = default(draw, apart, key, on, type) if maybe(draw) else ""
    if maybe(draw, 5) and (made := _generated(draw, world, on)):
        type, option = made
    head = "not null" if maybe(draw, 3) else ""
    return Item(key, Kind.COLUMN, "column", new_name(draw, world, on), on, head, type, option=option)


def default(draw: Draw, world: World, key: str, on: str, type: str) -> str:
    """Draw what a column has where a row does not say: a default, or an identity."""
    sort = sort_of(world, type)
    found = [f"default {text}" for text in _CONSTANTS.get(sort, ())]
    found += [f"default {{{it.key}}}()" for it in world.made_by("constant") if it.type == type]
    if type in ("integer", "bigint"):
        # A range of numbers apart from those of the rows, which an identity gives as well.
        when = pick(draw, ("by default", "always"))
        found += [f"generated {when} as identity (sequence name {{{on}__schema}}.{key}_seq)"]
        found += [f"default nextval({{{it.key}__literal}}::regclass)" for it in world.of(Kind.SEQUENCE)]
    return pick(draw, found) if found else ""


def _generated(draw: Draw, world: World, on: str) -> tuple[str, str] | None:
    plain = [it for it in world.beneath(on, Kind.COLUMN) if not it.option.startswith("generated")]
    numbers = [it for it in plain if sort_of_field(world, it) is Sort.NUMBER]
    texts = [it for it in plain if sort_of_field(world, it) is Sort.TEXT]
    found = [("numeric", f"{{{it.key}}} * 2") for it in numbers]
    found += [("text", f"lower({{{it.key}}})") for it in texts]
    apart = world.apart_from(on)
    found += [("bigint", f"{{{f.key}}}({{{it.key}}}::bigint)") for it in numbers for f in apart.made_by("doubling")]
    if not found:
        return None
    type, text = pick(draw, found)
    return type, f"generated always as ({text}) stored"


def _partitioned(draw: Draw, world: World, on: str) -> Item:
    key = world.key("t")
    return Item(
        *(key, Kind.TABLE, "partitioned", new_name(draw, world), schema(draw, world, on)),
        tail=f" partition by range ({{c{world.number + 1}}})",
    )


def _partitioned_columns(draw: Draw, world: World, key: str) -> World:
    name = new_name(draw, world, key)
    world = world.adding(Item(world.key("c"), Kind.COLUMN, "bound", name, key, "", pick(draw, ("integer", "bigint"))))
    world = _columns(draw, world, key)
    for bounds in ("low", "high"):
        if not maybe(draw, 6):
            world = world.adding(_partition_of(draw, world, key, bounds))
    return world


def _partition_of(draw: Draw, world: World, of: str, bounds: str) -> Item:
    span = {"low": "minvalue) to (2", "high": "2) to (maxvalue"}[bounds]
    return Item(
        *(world.key("t"), Kind.TABLE, "partition", new_name(draw, world), world[of].parent),
        tail=f" partition of {{{of}}} for values from ({span})",
        option=bounds,
        beside=(of,),
    )


def _partition(draw: Draw, world: World, _on: str) -> Item | None:
    free = [
        (it.key, bounds)
        for it in world.made_by("partitioned")
        for bounds in ("low", "high")
        if not any(other.beside == (it.key,) and other.option == bounds for other in world.made_by("partition"))
    ]
    return _partition_of(draw, world, *pick(draw, free)) if free else None


def _heir(draw: Draw, world: World, on: str) -> Item | None:
    tables = [it for it in world.made_by("table") if world.beneath(it.key, Kind.COLUMN)]
    if not tables:
        return None
    above = pick(draw, tables)
    return Item(
        *(world.key("t"), Kind.TABLE, "heir", new_name(draw, world), schema(draw, world, on)),
        tail=f" inherits ({{{above.key}}})",
    )


def _more_column(draw: Draw, world: World, on: str) -> Item | None:
    tables = [it.key for it in world.made_by("table", "partitioned")]
    return column(draw, world, on or pick(draw, tables)) if tables else None


def _one_column(draw: Draw, world: World, key: str) -> World:
    return world.adding(column(draw, world, key))


MAKERS: dict[str, Maker] = {
    "table": _table,
    "column": _more_column,
    "partitioned": _partitioned,
    "partition": _partition,
    "heir": _heir,
}
FOLLOWERS: dict[str, Follower] = {"table": _columns, "partitioned": _partitioned_columns, "heir": _one_column}
