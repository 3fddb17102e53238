"""Which texts the server is not asked about: to read one may run code of others.

A literal is turned into its type where a text is read, before anything is run: `'{a}'::shop.word[]` has each element
held against the checks of that domain, as has a literal that is compared with a column of such a type, or handed to a
function or an operator that takes one, or compared with what one of them gives. An array, a composite or a range of a
domain is made so; a domain by itself is only where the query is run. And where an event trigger calls a function of
theirs, what a text is read by fires it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any, LiteralString

import msgspec

from supaschema.core.errors import OwnershipError
from supaschema.core.model import Definition, ObjectId, Plan
from supaschema.core.sqltext import Name, as_arrays
from supaschema.database.connect import Connection
from supaschema.database.trust import BY_DEPLOYING, STRANGE_CALLS
from supaschema.engine.diff import Kinds
from supaschema.engine.role_owners import pairs_named, texts_of
from supaschema.kinds.base import Kind, SqlField, SqlFieldKind


def running(connection: Connection, fields: Iterable[SqlField]) -> frozenset[SqlField]:
    """Return the texts that could run code of others where they are read; mostly none.

    Args:
        connection: Any connection.
        fields: The texts.

    """
    named = {field: set[Name]() if field.kind is SqlFieldKind.TYPE else _named(field) for field in fields}
    if not named:
        return frozenset()
    rows = connection.execute(_STRANGE, as_arrays(set[Name]().union(*named.values())), prepare=True).fetchall()
    strange = {(schema, name) for schema, name in rows}
    return frozenset(field for field, own in named.items() if own & strange or _EVERY in strange)


def require_none(connection: Connection, plan: Plan, kinds: Kinds) -> None:
    """Refuse a plan whose statements have texts that could run code of others where they are read.

    What they name of their own table is told column by column elsewhere.

    Raises:
        OwnershipError: Naming the object, and what to do.

    """
    fields = {
        dataclasses.replace(field, relation=None): delta.id
        for delta in plan.deltas
        if delta.new is not None
        for field in _fields(kinds[delta.id.kind], delta.id, delta.new)
        if _QUOTES & set(field.text)
    }
    for field in running(connection, fields):
        raise OwnershipError(
            "it has a literal, and names a type with a check that other roles decide over, or what is of one: the "
            "literal may be held against that, with your rights.",
            where=str(fields[field]),
            remedy="Nothing was changed. If it is meant, have the type and what its check calls handed over (alter ... "
            "owner to the deploying role); else take it out of the text.",
        )


def _fields(kind: Kind[Any], id: ObjectId, definition: Definition) -> Iterator[SqlField]:
    # A rule, a key of partitions, what a back-fill writes: no field of SQL has them.
    yield from kind.sql_fields(id, definition).values()
    built = msgspec.to_builtins(definition)
    read = {name: value for name, value in built.items() if name not in kind.unread(definition)}
    yield from (SqlField(SqlFieldKind.QUERY, text) for text in texts_of(read))


def _named(field: SqlField) -> set[Name]:
    found = pairs_named(f"{field.text} {field.type or ''}")
    return found if field.relation is None else {*found, field.relation}


_QUOTES = frozenset("'$")
"""One of them is in every literal that has no type yet."""
_EVERY = ("", "")
_STRANGE: LiteralString = (
    "with recursive"
    + BY_DEPLOYING
    + """, parts(relation, classid, objid) as (select 0::oid, 0::oid, 0::oid where false)"""
    + STRANGE_CALLS
    + """, strange_types(oid) as materialized (
      select s.objid from strange_code s where s.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
    )
    select u.schema_name, u.name
      from unnest(%s::name[], %s::name[]) as u(schema_name, name)
      join pg_catalog.pg_namespace n on n.nspname = u.schema_name
     where exists (select from strange_types) and (
       exists (select from pg_catalog.pg_type y
                where y.typnamespace = n.oid and y.typname = u.name and y.oid in (select t.oid from strange_types t))
       or exists (select from pg_catalog.pg_class c
                    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                   where c.relnamespace = n.oid and c.relname = u.name
                     and a.atttypid in (select t.oid from strange_types t))
       or exists (select from pg_catalog.pg_proc p
                   cross join lateral pg_catalog.unnest(
                     coalesce(p.proallargtypes, p.proargtypes::pg_catalog.oid[]) || p.prorettype) as g(oid)
                   where p.pronamespace = n.oid and p.proname = u.name and g.oid in (select t.oid from strange_types t))
       or exists (select from pg_catalog.pg_operator o
                   where o.oprnamespace = n.oid and o.oprname = u.name
                     and exists (select from strange_types t where t.oid in (o.oprleft, o.oprright, o.oprresult))))
    union all
    select '', ''
     where exists (select from pg_catalog.pg_event_trigger e
                     join pg_catalog.pg_proc p on p.oid = e.evtfoid
                    where e.evtenabled <> 'D' and p.proowner not in (select t.oid from trusted_code t))
"""
)
