"""The facts that declarations of any class state. Pure."""

from __future__ import annotations

from typing import Any

from supaschema.core.model import Fact, ObjectId
from supaschema.declarations import Declaration
from supaschema.registry import RESOURCES
from supaschema.resources.base import Resource

_RESOURCES: dict[type[Declaration], Resource[Any]] = {it.declaration: it for it in RESOURCES.values()}


def resource_of(declared: Declaration) -> Resource[Any]:
    """Return the resource of a declaration."""
    return _RESOURCES[type(declared)]


def facts_of(declared: Declaration) -> tuple[Fact, ...]:
    """Return the facts that a declaration states."""
    return resource_of(declared).facts(declared)


def object_of(declared: Declaration) -> ObjectId:
    """Return the object that a declaration is of, before all else that it states."""
    return facts_of(declared)[0].id
