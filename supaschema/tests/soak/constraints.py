"""Constraints and indexes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from soak.drawing import Draw, Maker, fields, maybe, new_name, pick, predicate, scalar
from soak.values import DISTINCT, Sort, sort_of_field, type_of
from soak.world import Item, Kind, World

Suits = Callable[[World, Item], bool]


def a_column(
    draw: Draw, world: World, on: str, suits: Suits = lambda _, __: True, flavors: tuple[str, ...] = ("table",)
) -> Item | None:
    """Draw a column of a table, of one that is told or of any; None: there is none that suits."""
    tables = [world[on]] if on else world.made_by(*flavors)
    found = [it for table in tables if table.flavor in flavors for it in fields(world, table.key) if suits(world, it)]
    return pick(draw, found) if found else None


def is_distinct(world: World, field: Item) -> bool:
    """Return whether each row has another value in a column."""
    return sort_of_field(world, field) in DISTINCT and not field.option.startswith("default")


def _constraint(draw: Draw, world: World, flavor: str, field: Item, head: str) -> Item:
    return Item(world.key("k"), Kind.CONSTRAINT, flavor, new_name(draw, world), field.parent, head)


def _check(draw: Draw, world: World, on: str) -> Item | None:
    field = a_column(draw, world, on, flavors=("table", "partitioned"))
    if field is None:
        return None
    end = pick(draw, ("", "", "", " not valid", " no inherit" if world[field.parent].flavor == "table" else ""))
    return _constraint(draw, world, "check", field, f"check ({predicate(draw, world, field)}){end}")


def _unique(draw: Draw, world: World, on: str) -> Item | None:
    field = a_column(draw, world, on, is_distinct)
    if field is None:
        return None
    other = a_column(draw, world, field.parent)
    include = f" include ({{{other.key}}})" if other and other != field and maybe(draw, 4) else ""
    nulls = "nulls not distinct " if maybe(draw, 4) else ""
    end = pick(draw, ("", "", " deferrable", " deferrable initially deferred"))
    return _constraint(draw, world, "unique", field, f"unique {nulls}({{{field.key}}}){include}{end}")


def _primary(draw: Draw, world: World, on: str) -> Item | None:
    def suits(world: World, field: Item) -> bool:
        taken = any(it.flavor == "primary" and it.key != on for it in world.beneath(field.parent, Kind.CONSTRAINT))
        return is_distinct(world, field) and (bool(on) or not taken)

    field = a_column(draw, world, on, suits)
    return None if field is None else _constraint(draw, world, "primary", field, f"primary key ({{{field.key}}})")


def _foreign(draw: Draw, world: World, on: str) -> Item | None:
    keys = [it for it in world.made_by("unique", "primary") if "deferrable" not in it.head]
    if not keys:
        return None
    key = pick(draw, keys)
    referred = next(it for it in fields(world, key.parent) if f"({{{it.key}}})" in key.head.partition("include")[0])

    def suits(world: World, field: Item) -> bool:
        is_same = type_of(world, field) == type_of(world, referred)
        return is_same and is_distinct(world, field) and field != referred and not field.option.startswith("generated")

    field = a_column(draw, world, on, suits)
    if field is None:
        return None
    end = pick(
        draw, ("", " on delete cascade", " on update cascade", " deferrable", " not valid", " on delete set null")
    )
    head = f"foreign key ({{{field.key}}}) references {{{key.parent}}} ({{{referred.key}}}){end}"
    return dataclasses.replace(_constraint(draw, world, "foreign", field, head), beside=(key.key,))


def _exclusion(draw: Draw, world: World, on: str) -> Item | None:
    def suits(world: World, field: Item) -> bool:
        return sort_of_field(world, field) is Sort.RANGE or is_distinct(world, field)

    field = a_column(draw, world, on, suits)
    if field is None:
        return None
    is_range = sort_of_field(world, field) is Sort.RANGE
    how = f"gist ({{{field.key}}} with &&)" if is_range else f"btree ({{{field.key}}} with =)"
    where = f" where ({predicate(draw, world, field)})" if maybe(draw, 3) else ""
    return _constraint(draw, world, "exclusion", field, f"exclude using {how}{where}")


def _index(draw: Draw, world: World, on: str) -> Item | None:
    def suits(world: World, field: Item) -> bool:
        return sort_of_field(world, field) not in (Sort.OTHER, Sort.COMPOSITE, Sort.ARRAY)

    kinds = ("table", "partitioned", "matview")
    field = a_column(draw, world, on, suits, kinds)
    if field is None:
        return None
    second = a_column(draw, world, field.parent, suits, kinds) or field
    parts = [pick(draw, (f"{{{field.key}}}", f"{{{field.key}}} desc nulls last", f"({scalar(draw, world, field)[0]})"))]
    parts += [f"{{{second.key}}}"] if maybe(draw, 3) and second != field else []
    is_unique = is_distinct(world, field) and len(parts) == 1 and parts[0].startswith("{") and maybe(draw, 3)
    is_unique = is_unique and world[field.parent].flavor == "table"
    include = f" include ({{{second.key}}})" if maybe(draw, 4) else ""
    where = f" where {predicate(draw, world, second)}" if maybe(draw, 3) else ""
    return Item(
        *(world.key("i"), Kind.INDEX, "index", new_name(draw, world), field.parent),
        head="unique index" if is_unique else "index",
        tail=include,
        parts=tuple(parts),
        option=where,
    )


MAKERS: dict[str, Maker] = {
    "check": _check,
    "unique": _unique,
    "primary": _primary,
    "foreign": _foreign,
    "exclusion": _exclusion,
    "index": _index,
}
