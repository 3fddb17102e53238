"""What stays where it is while the object that it is of is made anew: it is changed along. Names no kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from supaschema.core.model import Edges, ObjectId
from supaschema.database.connect import Connection
from supaschema.engine.descendants import descendants
from supaschema.engine.diff import Kinds
from supaschema.kinds.base import Context


def carried(ids: Iterable[ObjectId], context: Context, kinds: Kinds) -> dict[ObjectId, ObjectId]:
    """Return what would be changed along with some objects, if these were made anew, each with that object."""
    return {
        above: id
        for id in ids
        for above in context.edges.get(id, frozenset())
        if above in context.live and kinds[id.kind].carries(id, above, context.live[above])
    }


def with_kin(connection: Connection, ids: Iterable[ObjectId], context: Context, kinds: Kinds) -> Context:
    """Return the context with what inherits from the relations of which something would be changed along."""
    names = {id.name[:2] for id in carried(ids, context, kinds)}
    if not names:
        return context
    found = descendants(connection, names)
    below = {**found.below, **context.below}
    return dataclasses.replace(context, below=below, partitioned=context.partitioned | found.partitioned)


def passed_on(edges: Edges, along: Mapping[ObjectId, ObjectId]) -> Edges:
    """Return edges in which what stands on something that is changed along stands on what that is of."""
    found = {id: set(above) for id, above in edges.items()}
    for above, id in along.items():
        found[id] = (found.get(id, set()) | found.get(above, set())) - along.keys()
    return {id: frozenset(above) for id, above in found.items()}
