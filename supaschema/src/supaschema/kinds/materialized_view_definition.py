"""What a materialized view is, and when a new one can be filled beside the one that it takes the place of."""

from __future__ import annotations

from collections.abc import Mapping

from supaschema.core.model import Definition, ObjectId
from supaschema.kinds.context import Context
from supaschema.kinds.helper_names import Helper, helper_name


class MaterializedView(Definition, frozen=True, kw_only=True):
    """A materialized view's definition.

    Attributes:
        query: The query.
        columns: What the query gives, `id uuid, total bigint`. Only the server can tell: empty where it is not known.
        populated: Whether it holds rows that can be read. A refresh is no change.
        method: How its rows are stored; empty: as the server does it by default. What says nothing of it keeps it.
        options: Its storage parameters. What says nothing of them keeps them.
        tablespace: Its tablespace; empty: the database's own. What says nothing of it keeps it.
        owner: The role that owns it. What says nothing of it keeps it.
        comment: Its comment.

    """

    query: str
    columns: str = ""
    populated: bool = True
    method: str | None = None
    options: Mapping[str, str] | None = None
    tablespace: str | None = None
    owner: str | None = None
    comment: str | None = None


def filled_ahead(id: ObjectId, context: Context) -> ObjectId | None:
    """Return the name under which a new one is filled, with its indexes, before it takes the place; None: it is not.

    So it is where it is made anew for itself alone: what its query reads is there beforehand, and nobody who reads the
    old one waits until the new one is filled.
    """
    wanted = context.becoming.get(id)
    alone = (
        isinstance(wanted, MaterializedView)
        and wanted.populated
        and id in context.live
        and id in context.fresh
        and id not in context.aside
        and all(other.name[:2] == id.name[:2] for other in context.becoming)
    )
    return ObjectId(id.kind, (id.name[0], helper_name(id.name, Helper.COMING))) if alone else None
