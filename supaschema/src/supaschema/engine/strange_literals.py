"""Which texts the server is not asked about: to read one may run code of others.

A literal is turned into its type where a text is read, before anything is run: `'{a}'::shop.word[]` has each element
held against the checks of that domain, as has a literal that is compared with a column of such a type, or handed to a
function or an operator that takes one, or compared with what one of them gives. An array, a composite or a range of a
domain is made so; a domain by itself is only where the query is run. And where an event trigger calls a function of
theirs, what a text is read by fires it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any, LiteralString, TypeVar

import msgspec

from supaschema.core.errors import OwnershipError
from supaschema.core.model import Definition, Delta, ObjectId, Plan
from supaschema.core.sqltext import Name, as_arrays
from supaschema.database.connect import Connection
from supaschema.database.trust import BY_DEPLOYING, STRANGE_CALLS
from supaschema.engine.diff import Kinds
from supaschema.engine.role_owners import pairs_named, texts_of
from supaschema.kinds.base import Family, Kind, SqlField, SqlFieldKind

T = TypeVar("T")


def running(connection: Connection, fields: Iterable[SqlField]) -> frozenset[SqlField]:
    """Return the texts that could run code of others where they are read; mostly none.

    Args:
        connection: Any connection.
        fields: The texts.

    """
    return _strange(
        connection, {field: set() if field.kind is SqlFieldKind.TYPE else _named(field) for field in fields}
    )


def require_none(connection: Connection, plan: Plan, kinds: Kinds) -> None:
    """Refuse a plan whose statements have texts that could run code of others where they are read.

    What they name of their own table, where it is there, is told column by column elsewhere.

    Raises:
        OwnershipError: Naming the object, and what to do.

    """
    columns: dict[Name, set[Name]] = {}
    for delta, fields, _ in _made(plan, kinds):
        for field in fields:
            if field.kind is SqlFieldKind.TYPE:
                columns.setdefault(delta.id.name[:2], set()).update(pairs_named(field.text))
    named: dict[ObjectId, set[Name]] = {}
    for delta, fields, found in _made(plan, kinds):
        if any(_QUOTES & set(field.text) for field in fields):
            # What one text takes or gives another one may hold a literal against.
            own = (_named(dataclasses.replace(field, relation=None)) for field in fields)
            new = (columns.get(field.relation, set()) for field in fields if field.relation is not None)
            named[delta.id] = found.union(*own, *new)
    for id in _strange(connection, named):
        raise OwnershipError(
            "it has a literal, and names a type with a check that other roles decide over, or what is of one: the "
            "literal may be held against that, with your rights.",
            where=str(id),
            remedy="Nothing was changed. If it is meant, have the type and what its check calls handed over (alter ... "
            "owner to the deploying role); else take it out of the text.",
        )


def _made(plan: Plan, kinds: Kinds) -> Iterator[tuple[Delta, tuple[SqlField, ...], set[Name]]]:
    # What is made, its texts, and what a body names that is found by the path of its routine.
    for delta in plan.deltas:
        if delta.new is None:
            continue
        kind = kinds[delta.id.kind]
        is_body = kind.family is Family.ROUTINE and "body" not in kind.unread(delta.new)
        places = kind.stands_on(delta.id, delta.new) if is_body else ()
        found = {place[1:] for place in places if place[0] in ("relation", "operator")}
        yield delta, tuple(_fields(kind, delta.id, delta.new)), found


def _fields(kind: Kind[Any], id: ObjectId, definition: Definition) -> Iterator[SqlField]:
    # A rule, a key of partitions, what a back-fill writes: no field of SQL has them.
    yield from kind.sql_fields(id, definition).values()
    built = msgspec.to_builtins(definition)
    read = {name: value for name, value in built.items() if name not in kind.unread(definition)}
    yield from (SqlField(SqlFieldKind.QUERY, text) for text in texts_of(read))


def _named(field: SqlField) -> set[Name]:
    found = pairs_named(f"{field.text} {field.type or ''}")
    return found if field.relation is None else {*found, field.relation}


def _strange(connection: Connection, named: Mapping[T, Set[Name]]) -> frozenset[T]:
    if not named:
        return frozenset()
    rows = connection.execute(_STRANGE, as_arrays(set[Name]().union(*named.values())), prepare=True).fetchall()
    strange = {(schema, name) for schema, name in rows}
    return frozenset(item for item, own in named.items() if own & strange or _EVERY in strange)


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
