"""Which row of a published table changed: a table that cannot tell has its updates and deletes refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from supaschema.core.model import Definition, Hazard, HazardNote, ObjectId
from supaschema.core.sqltext import relation_name
from supaschema.kinds.base import Context
from supaschema.kinds.constraint import Constraint
from supaschema.kinds.table_definition import Table


class _Published(Protocol):
    @property
    def operations(self) -> tuple[str, ...]: ...


def published_alike(publication: _Published) -> frozenset[str]:
    """Return what a publication publishes of that for which a row is to be told from others."""
    return frozenset(publication.operations) & {"update", "delete"}


def without_identity(
    id: ObjectId, definition: Definition, publication: _Published | None, context: Context
) -> Iterator[HazardNote]:
    """Yield what becomes of a table's updates and deletes where nothing that is published tells its rows apart.

    Args:
        id: The table's place in the publication.
        definition: What is published of it.
        publication: The publication; None: it is not known, and publishes all as they mostly do.
        context: Holds the table, as it is and as it is to be.

    """
    lost = {"update", "delete"} if publication is None else published_alike(publication)
    own = {it: item for it, item in _becoming(id.name[:2], context).items() if it not in context.dropped}
    table = own.get(ObjectId("table", id.name[:2]))
    if not lost or not isinstance(table, Table):
        return
    verbs = " and ".join(sorted(lost))
    listed = getattr(definition, "columns", ())
    keys = [item.columns for item in own.values() if isinstance(item, Constraint) and item.type == "p"]
    if table.replica_identity is None and not keys:
        why = "it has no primary key and no other replica identity"
    elif table.replica_identity == "nothing":
        why = "its replica identity is nothing"
    elif table.replica_identity is None and listed and not set(keys[0]) <= set(listed):
        why = f"its primary key has {', '.join(sorted(set(keys[0]) - set(listed)))}, which is not published"
    elif table.replica_identity == "full" and listed:
        why = "its replica identity is full, and not all of its columns are published"
    else:
        return
    what = f"Each {verbs} of {relation_name(id.name)} fails while publication {id.name[2]} publishes it: {why}."
    yield HazardNote(Hazard.CORRECTNESS, what)


def _becoming(relation: tuple[str, ...], context: Context) -> dict[ObjectId, Definition]:
    found = {id: context.live[id] for id in context.live_of(relation)}
    for id, wanted in context.becoming.items():
        if id.name[:2] == relation:
            found.pop(id, None)
            if wanted is not None:
                found[id] = wanted
    return found
