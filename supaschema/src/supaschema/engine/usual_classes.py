"""Operator classes that an index takes without naming them: it would go with those of others when they are dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import LiteralString

from supaschema.core.errors import OwnershipError
from supaschema.core.model import Definition, Delta, ObjectId, Plan
from supaschema.core.sqltext import Name, folded
from supaschema.database.connect import Connection
from supaschema.engine.diff import Kinds
from supaschema.engine.role_owners import LiveOf, Owners
from supaschema.kinds.base import SqlFieldKind
from supaschema.kinds.index_keys import Key

_COLUMN = re.compile(r'[^\W\d][\w$]*|"(?:[^"]|"")+"')


def require_own(connection: Connection, owners: Owners, plan: Plan, kinds: Kinds, live_of: LiveOf) -> None:
    """Refuse indexes and exclusion constraints that would take an operator class of others, or may.

    Args:
        connection: Any connection.
        owners: What belongs to others.
        plan: The plan.
        kinds: The registry of kinds.
        live_of: Gives what is live of some relations.

    Raises:
        OwnershipError: Naming the object, the operator class, its owner, and what to do.

    """
    theirs = {place[1]: it for place, it in owners.foreign.items() if place[0] == "usual class"}
    keys = [(delta, key) for delta in plan.deltas for key in _unsaid(delta) if _method(delta) in theirs]
    if not keys:
        return
    types = _types(plan, kinds, live_of(frozenset(delta.id.name[:2] for delta, _ in keys)))
    for delta, key in keys:
        method = _method(delta)
        type = types.get((*delta.id.name[:2], folded(key.expression))) if _COLUMN.fullmatch(key.expression) else None
        if type is not None and _has_own(connection, method, type):
            continue
        raise OwnershipError(
            f"for {key.expression} it names no operator class, and may get one like {theirs[method].said}: it would go "
            "with that.",
            where=str(delta.id),
            remedy="Nothing was changed. Write the operator class behind the key (`during range_ops`), or have that "
            "one handed over (an extension by `reassign owned`).",
        )


def _unsaid(delta: Delta) -> Iterator[Key]:
    keys = getattr(delta.new, "keys", ())
    return (key for key in keys if isinstance(key, Key) and key.opclass is None)


def _method(delta: Delta) -> str:
    return str(getattr(delta.new, "method", ""))


def _types(plan: Plan, kinds: Kinds, live: Mapping[ObjectId, Definition]) -> dict[Name, str]:
    """Return the types of columns as they are after a plan."""
    becoming = {delta.id: delta.new for delta in plan.deltas}
    return {
        id.name: field.text
        for id, definition in {**live, **becoming}.items()
        if definition is not None
        for field in kinds[id.kind].sql_fields(id, definition).values()
        if field.kind is SqlFieldKind.TYPE
    }


def _has_own(connection: Connection, method: str, type: str) -> bool:
    """Return whether the server has an operator class of its own that it takes for a type."""
    row = connection.execute(_OWN, [type, method]).fetchone()
    return bool(row and row[0])


_OWN: LiteralString = """
    select exists (
      select
        from pg_catalog.pg_type y
        join pg_catalog.pg_opclass k on k.opcdefault and k.oid < 12000
        join pg_catalog.pg_am a on a.oid = k.opcmethod
       where y.oid = pg_catalog.to_regtype(%s) and a.amname = %s
         and (k.opcintype = y.oid
              or k.opcintype = case y.typtype when 'r' then 'pg_catalog.anyrange'::pg_catalog.regtype
                                              when 'm' then 'pg_catalog.anymultirange'::pg_catalog.regtype end
              or k.opcintype = 'pg_catalog.anyarray'::pg_catalog.regtype and y.typcategory = 'A'))
"""
