"""What all makers draw: names, types, expressions. Each maker makes one item, of another world if it is asked again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import strategies as st

from soak.values import BASES, Sort, sort_of_field
from soak.world import TYPES, WITHIN, Item, Kind, World, mentions

T = TypeVar("T")
Draw = st.DrawFn
Maker = Callable[[Draw, World, str], Item | None]
"""Makes an item, on another one or in a schema if that is told by its key; None: there is nothing to make it of."""
Follower = Callable[[Draw, World, str], World]
"""Adds to a world what a new item is nothing without."""

_NAMES = (
    *("notes", "tasks", "Tasks", "order", "user", "a b", "it's", 'say "x"', "naïve", "x.y", "100%", "a{b}", "_"),
    *("value", "new", "table", "$$", "a;b", "--", "long_" * 11),
)


def pick(draw: Draw, values: Sequence[T]) -> T:
    """Draw one of some values; raises for none."""
    return draw(st.sampled_from(values))


def maybe(draw: Draw, often: int = 2) -> bool:
    """Draw whether, once in so many times; it shrinks to no."""
    return draw(st.integers(0, often - 1)) == often - 1


def new_name(draw: Draw, world: World, parent: str = "") -> str:
    """Draw a name that nothing else has: of columns, none of the same relation."""
    name = pick(draw, _NAMES)
    kin = {parent, *(mentions(world[parent].tail) if parent else ())}
    kin |= {it.key for it in world.made_by("heir") if not kin.isdisjoint(mentions(it.tail))}
    taken = {it.name for it in world.items if (it.parent in kin if parent else it.kind not in WITHIN)}
    number, found = 1, name
    while found in taken:
        number, found = number + 1, f"{name}{number}"
    return found


def schema(draw: Draw, world: World, on: str) -> str:
    """Return the schema that is told, or draw one."""
    return on or pick(draw, world.of(Kind.SCHEMA)).key


def a_type(draw: Draw, world: World, *, own: bool = True) -> str:
    """Draw a type: the server's, one of the world's, an array of either."""
    made = [f"{{{it.key}}}" for it in world.of(*TYPES)] if own else []
    made += [f"{{{it.key}}}.hstore" for it in world.of(Kind.EXTENSION) if own and it.name == "hstore"]
    found = pick(draw, made) if made and maybe(draw) else pick(draw, tuple(BASES))
    return f"{found}[]" if own and maybe(draw, 8) else found


def predicate(draw: Draw, world: World, field: Item, before: str = "", *, calls: bool = True) -> str:
    """Draw a condition that each row's value of a column meets.

    Args:
        draw: What draws.
        world: Where the column is.
        field: The column.
        before: What stands before its name, as `new.`.
        calls: Whether it may call a function.

    """
    text = f"{before}{{{field.key}}}"
    found = [f"{text} is not null"]
    sort = sort_of_field(world, field)
    if sort is Sort.NUMBER:
        found += [f"{text} > 0", f"{text} < 900", f"{text} between 0 and 900", f"not {text} = 77"]
        found += [f"{{{it.key}}}({text}::bigint)" for it in world.made_by("predicate") if calls]
    if sort is Sort.TEXT:
        found += [f"length({text}) < 60", f"{text} <> ''", f"{text} not in ('x', 'y')"]
    return pick(draw, found)


def scalar(draw: Draw, world: World, field: Item, before: str = "", *, calls: bool = True) -> tuple[str, str]:
    """Draw an expression over a column that an index takes, and the type that it is cast to."""
    text = f"{before}{{{field.key}}}"
    sort = sort_of_field(world, field)
    if sort is Sort.NUMBER:
        made = [f"{{{it.key}}}({text}::bigint)" for it in world.made_by("doubling") if calls]
        return pick(
            draw, [f"({text} + 1)::bigint", f"abs({text})::bigint", *(f"{it}::bigint" for it in made)]
        ), "bigint"
    if sort is Sort.TEXT:
        return pick(draw, [f"lower({text})::text", f"({text} || 'x')::text"]), "text"
    return f"({text} is null)", "boolean"


def fields(world: World, key: str) -> list[Item]:
    """Return the columns of a relation."""
    if key in world and world[key].flavor == "partition":
        return fields(world, world[key].beside[0])
    return world.beneath(key, Kind.COLUMN, Kind.OUTPUT)
