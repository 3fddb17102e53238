"""Access that a Table or a TablePatch carries itself: a TableAccess in all but its resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import InlineAccess, TableAccess
from supaschema.resources.policy import policy_renames
from supaschema.resources.table_access import TableAccessResource

Name = tuple[str, str]

FIELD = "access"
"""The property that holds it."""

_RESOURCE = TableAccessResource()


def problems(table: Name, access: InlineAccess | None) -> Iterable[DeclarationError]:
    """Return what is wrong with it, by the property that its resource has."""
    for whole in _whole(table, access):
        for problem in _RESOURCE.problems(whole):
            problem.field = FIELD
            yield problem


def facts(table: Name, access: InlineAccess | None) -> Iterable[Fact]:
    """Return its facts."""
    return [fact for whole in _whole(table, access) for fact in _RESOURCE.facts(whole)]


def renames(table: Name, access: InlineAccess | None) -> tuple[Rename, ...]:
    """Return the renames of its policies."""
    return () if access is None else policy_renames(table, access.policies)


def exclusive_objects(table: Name, access: InlineAccess | None, live: Facts) -> Iterable[ObjectId]:
    """Return what it speaks for as a whole."""
    return [id for whole in _whole(table, access) for id in _RESOURCE.exclusive_objects(whole, live)]


def lifted(table: Name, access: InlineAccess | None, facts: Facts) -> Mapping[str, Any]:
    """Return the property as the facts have it; nothing where there is none."""
    found = {}
    for whole in _whole(table, access):
        inputs = _RESOURCE.lift(facts, whole)
        found[FIELD] = {key: value for key, value in inputs.items() if key not in ("schema", "table")}
    return found


def _whole(table: Name, access: InlineAccess | None) -> list[TableAccess]:
    if access is None:
        return []
    fields = {field: getattr(access, field) for field in access.__struct_fields__}
    return [TableAccess(schema=table[0], table=table[1], **fields)]
