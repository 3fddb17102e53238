"""Pairs of worlds: a small one, and what some edits make of it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from soak import access, constraints, routines, tables, types, views
from soak.drawing import Draw, Follower, Maker, pick
from soak.edits import edited
from soak.render import sql
from soak.world import PUBLIC, Item, Kind, World

MAKERS: dict[str, Maker] = {
    **types.MAKERS,
    **tables.MAKERS,
    **constraints.MAKERS,
    **views.MAKERS,
    **routines.MAKERS,
    **access.MAKERS,
}
FOLLOWERS: dict[str, Follower] = {**types.FOLLOWERS, **tables.FOLLOWERS, **views.FOLLOWERS}
_OFTEN = ("table", "column", "check", "unique", "index", "view", "enum", "domain", "primary", "foreign", "trigger")
_FLAVORS = ("table", *_OFTEN, *(flavor for flavor in MAKERS if flavor not in _OFTEN))
_EMPTY = World((Item("s0", Kind.SCHEMA, "schema", PUBLIC), Item("s1", Kind.SCHEMA, "schema", "app")), 2)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two worlds; what has the same key in both is the same, whatever it is called."""

    a: World
    b: World

    @property
    def by_superuser(self) -> bool:
        """Whether a superuser runs the SQL: none of it needs one."""
        return False

    def world(self, side: str) -> World:
        """Return side `a` or `b`."""
        return self.a if side == "a" else self.b

    def sql(self, side: str) -> str:
        """Return the SQL that makes side `a` or `b` in a database with the platform and nothing else."""
        return sql(_as_declared(self.world(side), self.world("b" if side == "a" else "a")))

    def __repr__(self) -> str:
        """Return both sides as SQL."""
        return f"\n-- a\n{self.sql('a')}\n-- b\n{self.sql('b')}"

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:  # noqa: FBT001 - as it is called
        # Hypothesis would print each field of it.
        printer.text(repr(self))


def _as_declared(world: World, other: World) -> World:
    # No declaration names an identity's sequence: only one that is there on both sides keeps a name of its own.
    for item in world.of(Kind.COLUMN):
        identity, named, _ = item.option.partition(" (sequence name ")
        if named and not (item.key in other and named in other[item.key].option):
            world = world.replacing(dataclasses.replace(item, option=identity))
    return world


def more(draw: Draw, world: World) -> World:
    """Return a world with one thing more, and all that it is nothing without."""
    flavor = pick(draw, _FLAVORS)
    item = MAKERS[flavor](draw, world, "")
    if item is None:
        return world
    follow = FOLLOWERS.get(flavor)
    return follow(draw, world.adding(item), item.key) if follow else world.adding(item)


@st.composite
def pairs(draw: st.DrawFn, things: int = 18, edits: int = 5) -> Pair:
    """Draw a pair."""
    world = _EMPTY
    for _ in range(draw(st.integers(1, things))):
        world = more(draw, world)
    other = world
    for _ in range(draw(st.integers(1, edits))):
        other = edited(draw, other, MAKERS, more)
    return Pair(world, other)
