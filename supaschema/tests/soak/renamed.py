"""What of a pair has another name, as a program would say it by `renamed_from`."""

from __future__ import annotations

from collections.abc import Iterator

from soak.pairs import Pair
from soak.render import path
from soak.world import IN_SCHEMA, ON_RELATION, Item, Kind
from supaschema.core.model import Facts, ObjectId
from supaschema.core.renames import Rename

_ORDER = (
    (Kind.SCHEMA,),
    tuple(kind for kind in IN_SCHEMA if kind is not Kind.FUNCTION),
    (Kind.FUNCTION,),
    (Kind.COLUMN, Kind.ATTRIBUTE, *ON_RELATION),
)
_UNSPOKEN = (*ON_RELATION, Kind.ATTRIBUTE)


def renames(pair: Pair, target: Facts) -> tuple[Rename, ...]:
    """Return the renames, each in the words that those before it leave.

    Args:
        pair: The worlds.
        target: What the engine reads of the second.

    """
    found: list[Rename] = []
    for kinds in _ORDER:
        for item in pair.b.of(*kinds):
            if item.key in pair.a and pair.a[item.key].kind is item.kind:
                found += _rename(pair, pair.a[item.key], item, target)
    return tuple(found)


def _rename(pair: Pair, old: Item, new: Item, target: Facts) -> Iterator[Rename]:
    # What it is beneath has the name that it has in the end, where it exists in the end.
    world = pair.b if old.parent in pair.b else pair.a
    before, after = (*(path(world, old.parent) if old.parent else ()), old.name), path(pair.b, new.key)
    if before == after:
        return
    if new.kind is Kind.FUNCTION:
        given = next(id.name[2:] for id in target if id.kind == "function" and id.name[:2] == after)
        before, after = (*before, *given), (*after, *given)
    kind = new.kind.value
    yield Rename(ObjectId(kind, before), ObjectId(kind, after), is_spoken=new.kind not in _UNSPOKEN)
