"""The types that a definition names with their schemas."""

from __future__ import annotations

from supaschema.core.model import ObjectId
from supaschema.core.type_names import qualified


def types_of(*texts: str) -> tuple[ObjectId, ...]:
    """Return the enum types that texts may be: one that is another type, or none of ours, does no harm."""
    names = (qualified(text) for text in texts)
    return tuple(ObjectId("enum_type", name) for name in dict.fromkeys(names) if name is not None)
