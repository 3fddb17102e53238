"""What an index can have in another way as it stands: storage options, and what is counted of its expressions."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.core.model import ObjectId, Statement
from supaschema.core.sqltext import compose, ident, idents, literal
from supaschema.kinds.index_definition import Index
from supaschema.kinds.index_keys import settings


def changed_options(id: ObjectId, old: Index, new: Index) -> Iterator[Statement]:
    """Yield what sets the options that differ, and takes back those that it no longer has."""
    before, after = old.options or {}, new.options or {}
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    index = ident(id.name[0], id.name[2])
    if changed:
        yield Statement(compose("alter index {} set ({})", index, settings(changed)))
    if before.keys() - after.keys():
        yield Statement(compose("alter index {} reset ({})", index, idents(sorted(before.keys() - after.keys()))))


def changed_statistics(id: ObjectId, before: dict[str, int], new: Index) -> Iterator[Statement]:
    """Yield what sets the statistics targets that differ from those before, by the number of the key."""
    after = new.statistics or {}
    for number in sorted(before.keys() | after.keys(), key=int):
        if before.get(number) != after.get(number):
            target = literal(after.get(number, -1))
            index = ident(id.name[0], id.name[2])
            query = compose("alter index {} alter column {} set statistics {}", index, literal(int(number)), target)
            yield Statement(query)
