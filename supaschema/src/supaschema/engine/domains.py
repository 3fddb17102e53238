"""Domains that check values: a column of one that comes has each row's value checked, and a check that comes all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import LiteralString

from supaschema.core.model import Address, Definition, Delta, Facts, ObjectId
from supaschema.core.sqltext import Name
from supaschema.core.type_names import canonical_type, qualified
from supaschema.database.connect import Connection
from supaschema.database.trust import BY_DEPLOYING
from supaschema.engine.diff import Kinds
from supaschema.kinds.base import Family, SqlFieldKind
from supaschema.kinds.context import Held


def checked_domains(
    connection: Connection, deltas: Iterable[Delta], coming: Callable[[], Facts], kinds: Kinds
) -> frozenset[str]:
    """Return the types of what is new, as they are written, that are domains with a check or NOT NULL of their own.

    Args:
        connection: Any connection.
        deltas: What changes.
        coming: Tells what the resources of the run declare of types.
        kinds: The registry.

    """
    new = {delta.id: delta.new for delta in deltas if delta.old is None and delta.new is not None}
    texts = {text for id, definition in new.items() for text in _types(id, definition, kinds)}
    if not texts:
        return frozenset()
    made = {id: it for id, it in {**coming(), **new}.items() if kinds[id.kind].family is Family.TYPE}
    domains = {id: it for id, it in made.items() if kinds[id.kind].has_values_beneath}
    over = {id.name: text for id, definition in domains.items() for text in _types(id, definition, kinds)}
    rows = connection.execute(_CHECKED, [sorted(texts.union(over.values()))])
    found = {_domain(text) for (text,) in rows}
    found |= {kinds[id.kind].checks(id, None, definition) for id, definition in made.items()}
    # What has no name here checks nothing, and nothing is over it.
    found.discard(None)
    while more := {name for name, text in over.items() if _domain(text) in found} - found:
        found |= more
    return frozenset(text for text in texts if _domain(text) in found)


def _domain(text: str) -> Name | None:
    # An array's elements are checked where one is made.
    return None if canonical_type(text).endswith("[]") else qualified(text)


def _types(id: ObjectId, definition: Definition, kinds: Kinds) -> Iterator[str]:
    # The server's own types, which are found without a schema, are none.
    fields = kinds[id.kind].sql_fields(id, definition).values()
    return (field.text for field in fields if field.kind is SqlFieldKind.TYPE and "." in field.text)


def held(
    connection: Connection,
    deltas: Iterable[Delta],
    kinds: Kinds,
    addresses: Callable[[], Mapping[ObjectId, Address]],
) -> dict[Name, Held]:
    """Return where values are of the types of which every value is checked, or loses a part; where there are any.

    Args:
        connection: Any connection.
        deltas: What changes.
        kinds: The registry.
        addresses: Tells where the server's catalog has each object, by the name that it has once the plan is done.

    """
    names = {name for delta in deltas if (name := _touched(delta, kinds)) is not None}
    ids = {address: id for id, address in (addresses() if names else {}).items()}
    there = {address[1]: id.name for address, id in ids.items() if _is_one(id, names, kinds)}
    if not there:
        return {}
    columns: dict[Name, dict[Name, bool]] = {name: {} for name in there.values()}
    within: dict[Name, list[str]] = {name: [] for name in there.values()}
    for root, catalog, relation, part, column, is_trusted, words in connection.execute(_HELD, [sorted(there)]):
        if words is not None:
            within[there[root]].append(words)
            continue
        whole = ids.get((catalog, relation, part)) or ids.get((catalog, relation, 0))
        name = tuple(column) if whole is None else (*whole.name, *column[2:])[:3]
        columns[there[root]][name] = is_trusted
    return {
        name: Held(tuple(found), frozenset(it for it, is_trusted in found.items() if not is_trusted), (*within[name],))
        for name, found in columns.items()
    }


def _touched(delta: Delta, kinds: Kinds) -> Name | None:
    kind = kinds[delta.id.kind]
    return kind.takes_from(delta.id) if delta.new is None else kind.checks(delta.id, delta.old, delta.new)


def _is_one(id: ObjectId, names: set[Name], kinds: Kinds) -> bool:
    return id.name in names and kinds[id.kind].family is Family.TYPE and not kinds[id.kind].parents(id)


_CHECKED: LiteralString = """
    with recursive chain(text, oid) as (
      select w.text, pg_catalog.to_regtype(w.text)::pg_catalog.oid
        from unnest(%s::pg_catalog.text[]) as w(text)
      union
      select c.text, t.typbasetype
        from chain c join pg_catalog.pg_type t on t.oid = c.oid and t.typtype = 'd'
    )
    select distinct c.text
      from chain c
      join pg_catalog.pg_type t on t.oid = c.oid and t.typtype = 'd'
     where t.typnotnull or exists (select from pg_catalog.pg_constraint k where k.contypid = t.oid)
"""

# As the server looks for them (PostgreSQL source, get_rels_with_domain and find_composite_type_dependencies). Of
# columns of arrays, rows and ranges the words, of those of the domain, or of one over it, the name.
_HELD: LiteralString = (
    "with recursive"
    + BY_DEPLOYING
    + """, reached(root, oid, is_own) as (
      select u.oid, u.oid, true from unnest(%s::pg_catalog.oid[]) as u(oid)
      union
      select r.root, x.oid, x.is_own
        from reached r
       cross join lateral (
         select t.oid, r.is_own from pg_catalog.pg_type t where t.typtype = 'd' and t.typbasetype = r.oid
         union all
         select t.typarray, false from pg_catalog.pg_type t where t.oid = r.oid and t.typarray <> 0
         union all
         select v.oid, false
           from pg_catalog.pg_range g cross join lateral (values (g.rngtypid), (g.rngmultitypid)) as v(oid)
          where g.rngsubtype = r.oid
         union all
         select c.reltype, false
           from pg_catalog.pg_attribute a
           join pg_catalog.pg_class c on c.oid = a.attrelid
          where a.atttypid = r.oid and a.attnum > 0 and not a.attisdropped and c.reltype <> 0
            and (r.is_own or c.relkind not in ('r', 'm', 'p'))
       ) x(oid, is_own)
    )
    select r.root, 'pg_catalog.pg_class'::pg_catalog.regclass::oid, c.oid, a.attnum::integer,
           array[n.nspname, c.relname, a.attname]::text[], c.relowner in (select t.oid from trusted_code t),
           case when not r.is_own then
             pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, c.oid, a.attnum) end
      from reached r
      join pg_catalog.pg_attribute a on a.atttypid = r.oid and a.attnum > 0 and not a.attisdropped
      join pg_catalog.pg_class c on c.oid = a.attrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') or c.relkind = 'p' and not r.is_own
     order by 1, 5
"""
)
