"""Operator classes that an index takes without naming them: it would go with those of others when they are dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import LiteralString

from psycopg import sql
from psycopg.pq import ExecStatus

from supaschema.core.errors import OwnershipError
from supaschema.core.model import Definition, Delta, Facts, ObjectId, Plan
from supaschema.core.sqltext import Name, compose, ident, raw_sql
from supaschema.database.commands import whole
from supaschema.database.connect import Connection
from supaschema.engine.diff import Kinds
from supaschema.engine.foreign import Foreign
from supaschema.engine.role_owners import LiveOf, Owners
from supaschema.kinds.base import SqlFieldKind
from supaschema.kinds.index_keys import Key

_REMEDY = (
    "Nothing was changed. Write the operator class behind the key (`during range_ops`), or have that one handed over "
    "(an extension by `reassign owned`)."
)
_REMEDY_MADE = (
    "Nothing was changed. Have that one handed over (an extension by `reassign owned`), or drop the index or the "
    "constraint and declare it by an operator class of the server's, or of nobody else's."
)


def require_kept(owners: Owners, declared: Facts, live: Facts) -> None:
    """Refuse to adopt, or to go on with, an index or exclusion constraint that has an operator class of others.

    Args:
        owners: What belongs to others.
        declared: What a resource declares.
        live: What is live of it. A class that is named is looked at with the other names.

    Raises:
        OwnershipError: Naming the object, the operator class, its owner, and what to do.

    """
    theirs = {".".join(place[1:]): it for place, it in owners.foreign.items() if place[0] == "other"}
    for id, definition in declared.items() if theirs else ():
        was = live.get(id)
        keys, before = list(_keys(definition)), list(_keys(was))
        if _method(definition) != _method(was) or len(keys) != len(before):
            # It will be made anew: of that it is asked with the plan.
            continue
        for key, old in zip(keys, before, strict=True):
            there = theirs.get(old.usual_opclass or "") if key.opclass is None else None
            if there is not None:
                what = f"for {old.expression} it has {there.said}: it would go with that."
                raise OwnershipError(what, where=str(id), remedy=_REMEDY_MADE)


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
    theirs = {place[1:]: it for place, it in owners.foreign.items() if place[0] == "usual class"}
    methods = {method: it for (method, *_), it in theirs.items()}
    keys = [(delta, key) for delta in plan.deltas for key in _keys(delta.new) if _may_be_of(methods, delta, key)]
    if not keys:
        return
    types = _types(plan, kinds, live_of(frozenset(delta.id.name[:2] for delta, _ in keys)))
    for delta, key in keys:
        method = _method(delta.new)
        usual = _usual(connection, method, _type_of(connection, delta.id.name[:2], types, key))
        there = methods[method] if usual is None else theirs.get(usual)
        if there is not None:
            what = f"for {key.expression} it names no operator class, and "
            what += "may get one like" if usual is None else "would get"
            raise OwnershipError(f"{what} {there.said}: it would go with that.", where=str(delta.id), remedy=_REMEDY)


def _may_be_of(methods: Mapping[str, Foreign], delta: Delta, key: Key) -> bool:
    return key.opclass is None and _method(delta.new) in methods


def _keys(definition: Definition | None) -> Iterator[Key]:
    return (key for key in getattr(definition, "keys", ()) if isinstance(key, Key))


def _method(definition: Definition | None) -> str:
    return str(getattr(definition, "method", ""))


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


def _type_of(connection: Connection, table: Name, types: Mapping[Name, str], key: Key) -> int | None:
    """Return the number of a key's type; None: the server cannot tell it of the table's columns alone.

    The query is only parsed. That reads constants, for which the server may run a check of a domain: who calls has
    refused those of others.
    """
    columns = sql.SQL(", ").join(
        compose("null::{} as {}", raw_sql(type), ident(name[2]))
        for name, type in types.items()
        # Of no other: its type may not be there yet.
        if name[:2] == table and len(name) == 3 and name[2].replace('"', '""').lower() in key.expression.lower()
    )
    query = compose("select ({}) from (select {}) as {}", raw_sql(key.expression), columns, ident(table[1]))
    with connection.transaction(force_rollback=True):
        parsed = connection.pgconn.prepare(b"", whole(query).as_bytes(connection))
        if parsed.status != ExecStatus.COMMAND_OK:
            return None
        # Of a domain it tells the type beneath, by which the server looks for the class too.
        return connection.pgconn.describe_prepared(b"").ftype(0)


def _usual(connection: Connection, method: str, type: int | None) -> tuple[str, str] | None:
    """Return the operator class that the server takes for a type, by method and type; None: it is not known."""
    row = connection.execute(_USUAL, [type, method]).fetchone()
    return None if row is None else (str(row[0]), str(row[1]))


_USUAL: LiteralString = """
    select a.amname, pg_catalog.format_type(k.opcintype, null)
      from pg_catalog.pg_type y
      join pg_catalog.pg_opclass k on k.opcdefault
      join pg_catalog.pg_am a on a.oid = k.opcmethod
     where y.oid = %s and a.amname = %s
       and (k.opcintype = y.oid
            or k.opcintype = case y.typtype when 'r' then 'pg_catalog.anyrange'::pg_catalog.regtype
                                            when 'm' then 'pg_catalog.anymultirange'::pg_catalog.regtype end
            or k.opcintype = 'pg_catalog.anyarray'::pg_catalog.regtype and y.typcategory = 'A')
     order by k.opcintype = y.oid desc
     limit 1
"""
