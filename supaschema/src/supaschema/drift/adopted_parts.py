"""What manages a part of a relation, or what one role is given: a line of what declares the whole, or a patch."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from supaschema.core.model import Definition, Facts, ObjectId
from supaschema.declarations import Declaration, Grant, Privilege, TableAccess, TablePatch
from supaschema.drift.reading import Reading
from supaschema.kinds.grants_definition import Grants
from supaschema.resources import columns, constraints
from supaschema.resources.base import own_facts
from supaschema.resources.policy import inline_from
from supaschema.resources.table_access import TableAccessResource
from supaschema.supabase.platform import SHARED_TABLES

COVERED: Mapping[str, tuple[str, ...]] = {
    "Table": ("column", "not_null", "constraint", "index"),
    "TableAccess": ("policy",),
}
"""By declaration of a table the kinds of parts that it declares as well."""
_OF_ROUTINES = ("function_grants", "procedure_grants", "aggregate_grants")
_PATCHED = ("uniques", "checks", "foreign_keys", "exclusions")
"""The fields of constraints that a patch has: a primary key is none of them."""


def part(reading: Reading, id: ObjectId, facts: Facts) -> Declaration | tuple[Grant, ...] | None:
    """Return what manages a part of a relation; None: it is no part, or has a declaration of its own, or none.

    Args:
        reading: What was read.
        id: The part.
        facts: What is live of its relation, without what is not for others to read.

    """
    match id.kind:
        case "column" | "not_null":
            return _column(reading, id, facts)
        case "constraint":
            return _constraint(reading, id, facts)
        case "policy" | "table_grants" | "column_grants" | "row_security":
            return _of_access(reading, id, facts)
    return None


def _of_access(reading: Reading, id: ObjectId, facts: Facts) -> Declaration | tuple[Grant, ...] | None:
    table = _table(id)
    is_declared = reading.is_managed(ObjectId("row_security", table))
    if id.kind == "policy":
        return next((it for it in inline_from(facts, table) if it.name == id.name[2]), None) if is_declared else None
    if is_declared:
        return grants(id, facts[id])
    return None if table in SHARED_TABLES else _access(table, facts)


def grants(id: ObjectId, given: Definition) -> Grant | tuple[Grant, ...] | None:
    """Return what a declaration's grants lack, one or several; None: a declaration cannot say it."""
    # A routine's declaration names roles.
    entries = given.entries if isinstance(given, Grants) and id.kind not in _OF_ROUTINES else ()
    if not entries or any(entry.grantable or entry.grantor for entry in entries):
        return None
    among = id.name[2:] if id.kind == "column_grants" else ()
    found = tuple(
        Grant(to=entry.grantee, privileges=tuple(map(Privilege, sorted(entry.privileges))), columns=among)
        for entry in entries
    )
    return found if found[1:] else found[0]


def _column(reading: Reading, id: ObjectId, facts: Facts) -> Declaration | None:
    # NOT NULL is said with its column.
    table, name = _table(id), id.name[2]
    found = columns.declared_from(own_facts(facts), table)["columns"]
    column = next((it for it in found if it.name == name), None)
    is_declared = reading.is_managed(ObjectId("column", id.name))
    if column is None or is_declared or _is_whole(reading, table):
        return column
    return TablePatch(schema=table[0], table=table[1], columns=(column,))


def _constraint(reading: Reading, id: ObjectId, facts: Facts) -> Declaration | None:
    table = _table(id)
    fields = constraints.declared_from({id: facts[id]}, table)
    if _is_whole(reading, table):
        found = [*(it for field in _PATCHED for it in fields[field]), fields.get("primary_key")]
        return next((it for it in found if it is not None), None)
    said = {field: fields[field] for field in _PATCHED if fields[field]}
    return TablePatch(schema=table[0], table=table[1], **said) if said else None


def _table(id: ObjectId) -> tuple[str, str]:
    return id.name[0], id.name[1]


def _is_whole(reading: Reading, table: tuple[str, str]) -> bool:
    return reading.is_managed(ObjectId("table", table))


def _access(table: tuple[str, str], facts: Facts) -> TableAccess | None:
    given = [it for id, it in facts.items() if isinstance(it, Grants) and id.kind in ("table_grants", "column_grants")]
    roles = sorted({entry.grantee for it in given for entry in it.entries})
    named = tuple(Grant(to=role, privileges=()) for role in roles)
    inputs = TableAccessResource().lift(facts, TableAccess(schema=table[0], table=table[1], grants=named))
    return msgspec.convert(inputs, TableAccess) if inputs else None
