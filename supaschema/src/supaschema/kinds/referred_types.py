"""The types that a definition names with their schemas."""

from __future__ import annotations

from supaschema.core.model import ObjectId
from supaschema.core.type_names import qualified

_KINDS = ("enum_type", "domain", "composite_type", "range_type")


def types_of(*texts: str) -> tuple[ObjectId, ...]:
    """Return the types of the database's own that texts may be: one that is none does no harm."""
    names = dict.fromkeys(qualified(text) for text in texts)
    return tuple(ObjectId(kind, name) for name in names if name is not None for kind in _KINDS)
