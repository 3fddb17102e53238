"""Names of the objects in a file that anybody may have written."""

from __future__ import annotations

from collections.abc import Iterable

from supaschema.core.errors import SupaschemaError
from supaschema.core.model import ObjectId
from supaschema.engine.diff import Kinds


def require_whole(ids: Iterable[ObjectId], kinds: Kinds) -> None:
    """Refuse names that have fewer parts than those of their kind.

    Raises:
        SupaschemaError: Naming the object.

    """
    for id in ids:
        kind = kinds.get(id.kind)
        least = 0 if kind is None else max(kind.parts, kind.family.parts)
        if len(id.name) < least:
            what = f"its name has {len(id.name)} of at least {least} parts."
            remedy = "Take the snapshot again: that is none of this program's."
            raise SupaschemaError(what, where=str(id), remedy=remedy)
