"""What goes while something like it is made: that may be meant to be a rename, and is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from supaschema.core.model import Delta, ObjectId
from supaschema.engine.diff import Kinds


def possible(deltas: Iterable[Delta], kinds: Kinds) -> Iterator[str]:
    """Return a sentence for each object that goes while one like it is made: that may be meant to be a rename."""
    given = tuple(deltas)
    made = {delta.id: delta.new for delta in given if delta.new is not None and delta.old is None}
    gone = {delta.id: delta.old for delta in given if delta.old is not None and delta.new is None}
    for new, wanted in made.items():
        kind = kinds[new.kind]
        for old, live in gone.items():
            if old.kind == new.kind and kind.parents(old) == kind.parents(new) and kind.like(live, wanted):
                name = json.dumps(_former_name(old, new, kinds), ensure_ascii=False)
                yield f"{old} is dropped and {new} is made: if this is a rename, write renamed_from=({name},)."


def _former_name(old: ObjectId, new: ObjectId, kinds: Kinds) -> str:
    if kinds[old.kind].parents(old):
        return old.name[-1]
    # Of an object of a schema: as much as is not the same.
    name = ".".join(old.name[:2] if old.name[:1] != new.name[:1] else old.name[:2][-1:])
    return name if old.name[2:] == new.name[2:] else f"{name}({old.name[2]})"
