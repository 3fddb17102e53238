"""Renames that a program takes back: it is as it was before one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.engine.diff import Kinds
from supaschema.engine.renames import Renames


def taken_back(
    before: Iterable[Rename], declared: Collection[ObjectId], owned: Callable[[ObjectId], bool], kinds: Kinds
) -> tuple[Rename, ...]:
    """Return the renames by which a program that is as it was before a rename has its former names again.

    Args:
        before: The renames that the resource asked for when it was deployed last.
        declared: What it declares now.
        owned: Tells whether the resource has an object by the ledger, as that is called after what others rename.
        kinds: The registry.

    """
    back = [_where_declared(pair.reversed, declared, owned, kinds) for pair in before]
    apart = Renames(tuple(pair for pair in back if not kinds[pair.new.kind].parents(pair.new)), kinds)
    found = []
    for pair in back:
        old, new = pair.old, pair.new
        if kinds[new.kind].parents(new):
            # As its table is called then.
            new = apart.id(new)
            like = [id for id in declared if (id.kind, id.name[2:]) == (new.kind, new.name[2:])]
            new = like[0] if len(like) == 1 else new
            old = ObjectId(old.kind, (*new.name[:2], *old.name[2:]))
        if new in declared:
            found.append(replace(pair, old=old, new=new))
    # What is declared keeps its name, unless another one gets that.
    given = {pair.new for pair in found}
    return tuple(pair for pair in found if pair.old not in declared or pair.old in given)


def _where_declared(
    pair: Rename, declared: Collection[ObjectId], owned: Callable[[ObjectId], bool], kinds: Kinds
) -> Rename:
    # Its schema may have its former name again too.
    kind = kinds[pair.new.kind]
    if pair.new in declared or kind.parents(pair.new) or kind.holds_objects:
        return pair
    like = [id for id in declared if (id.kind, id.name[1:]) == (pair.new.kind, pair.new.name[1:])]
    old = ObjectId(pair.old.kind, (*like[0].name[:1], *pair.old.name[1:])) if len(like) == 1 else pair.old
    return replace(pair, old=old, new=like[0]) if old != pair.old and owned(old) else pair
