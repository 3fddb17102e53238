"""The types that a definition names with their schemas."""

from __future__ import annotations

from supaschema.core.model import ObjectId
from supaschema.core.type_names import qualified
from supaschema.kinds.context import Context
from supaschema.kinds.extension import Extension

_KINDS = ("enum_type", "domain", "composite_type", "range_type")


def types_of(*texts: str) -> tuple[ObjectId, ...]:
    """Return the types of the database's own that texts may be: one that is none does no harm."""
    names = dict.fromkeys(qualified(text) for text in texts)
    return tuple(ObjectId(kind, name) for name in names if name is not None for kind in _KINDS)


def goes(type: str, context: Context) -> bool:
    """Return whether the plan drops a type, or the extension that brought it."""
    name = qualified(type)
    left = (context.live.get(id) for id in context.dropped)
    schemas = {item.schema for item in left if isinstance(item, Extension)}
    return name is not None and (name[0] in schemas or not context.dropped.isdisjoint(types_of(type)))
