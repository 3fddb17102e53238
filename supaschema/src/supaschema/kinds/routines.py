"""The kinds of routines: each is named by its schema, its name and the types of its arguments."""

from __future__ import annotations

from supaschema.core.model import ObjectId

ROUTINES = ("function", "procedure", "aggregate")


def called(id: ObjectId) -> str:
    """Return an object's name with its schema; of a routine, or the grants on one, with the types of its arguments."""
    if id.kind.removesuffix("_grants") in ROUTINES and len(id.name) > len(("schema", "name")):
        return f"{id.name[0]}.{id.name[1]}({id.name[2]})"
    return ".".join(id.name)
