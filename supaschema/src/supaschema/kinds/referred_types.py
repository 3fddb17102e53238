"""The types and collations that a definition names with their schemas."""

from __future__ import annotations

from supaschema.archive.parts import Part
from supaschema.core.model import ObjectId
from supaschema.core.sqltext import Name
from supaschema.core.type_names import qualified
from supaschema.kinds.context import Context
from supaschema.kinds.extension import Extension

_KINDS = ("enum_type", "domain", "composite_type", "range_type")


def types_of(*texts: str) -> tuple[ObjectId, ...]:
    """Return the types of the database's own that texts may be: one that is none does no harm."""
    names = dict.fromkeys(qualified(text) for text in texts)
    return tuple(ObjectId(kind, name) for name in names if name is not None for kind in _KINDS)


def collations_of(*names: Name | None) -> tuple[ObjectId, ...]:
    """Return the collations of the database's own among some, which are named by schema and name."""
    return tuple(ObjectId("collation", name) for name in dict.fromkeys(names) if name and name[1:])


def goes(part: Part, context: Context) -> bool:
    """Return whether the plan drops the type or the collation of a column, or the extension that brought the type."""
    type = part.type or ""
    name = qualified(type)
    left = (context.live.get(id) for id in context.dropped)
    schemas = {item.schema for item in left if isinstance(item, Extension)}
    named = (*types_of(type), *collations_of(qualified(part.collation or "")))
    return (name is not None and name[0] in schemas) or not context.dropped.isdisjoint(named)
