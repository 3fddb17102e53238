"""What stands on what, as the server's catalog has it (PostgreSQL documentation, "pg_depend")."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import LiteralString

from supaschema.core.model import Address, Edges, ObjectId
from supaschema.database.connect import Connection


@dataclass(frozen=True, slots=True)
class Dependents:
    """What stands on some objects.

    Attributes:
        edges: By object, those that stand on it directly.
        others: Where the catalog has what no kind models.

    """

    edges: Edges = field(default_factory=dict)
    others: frozenset[Address] = frozenset()


def dependents(connection: Connection, addresses: Mapping[ObjectId, Address], of: Collection[ObjectId]) -> Dependents:
    """Read what stands on some objects, directly or on what stands on them.

    What no kind models in between (a view's rule, a row type, a key's index) is passed through.

    Args:
        connection: Any connection.
        addresses: Where the catalog has each object.
        of: The objects that it begins with.

    """
    begin = [addresses[id] for id in of if id in addresses]
    if not begin:
        return Dependents()
    classes, objects, parts = zip(*begin, strict=True)
    parameters = {"classes": list(classes), "objects": list(objects), "parts": list(parts)}
    ids = {address: id for id, address in addresses.items()}
    above: dict[Address, set[Address]] = {}
    for row in connection.execute(_DEPENDENTS, parameters):
        # Of a view's columns no kind is told: they are the view's.
        whole, part = (row[0], row[1], 0), (row[0], row[1], row[2])
        above.setdefault(part if part in ids else whole, set()).add((row[3], row[4], row[5]))
    edges = {ids[it]: found for it in above if it in ids and (found := _known(it, above, ids) - {ids[it]})}
    every = {address for found in above.values() for address in found}
    # A part that no kind has, such as a view's column, is a part of what one has.
    return Dependents(edges, frozenset(it for it in every if it not in ids and (it[0], it[1], 0) not in ids))


def _known(
    address: Address, above: Mapping[Address, set[Address]], ids: Mapping[Address, ObjectId]
) -> frozenset[ObjectId]:
    found: set[ObjectId] = set()
    seen: set[Address] = set()
    waiting = list(above.get(address, ()))
    while waiting:
        item = waiting.pop()
        if item in seen:
            continue
        seen.add(item)
        if item in ids:
            found.add(ids[item])
        else:
            waiting += above.get(item, ())
    return frozenset(found)


def with_wholes(edges: Edges, wholes: Mapping[ObjectId, Collection[ObjectId]]) -> Edges:
    """Return edges with what stands on other objects too, as if it stood on the object itself; by object the others."""
    more = {
        id: edges.get(id, frozenset()).union(*(edges.get(whole, frozenset()) for whole in others)) - {id}
        for id, others in wholes.items()
        if others
    }
    return {**edges, **{id: above for id, above in more.items() if above}}


def foreign_owners(connection: Connection, addresses: Mapping[ObjectId, Address]) -> Iterator[tuple[ObjectId, str]]:
    """Yield the objects that belong to another role than the connecting one, each with that role.

    What hangs on a relation (a policy, a trigger, a constraint) is its owner's. A role that may become the owner is
    another role: what it recreates would be its own.
    """
    if not addresses:
        return
    ids = {address[:2]: id for id, address in addresses.items()}
    classes, objects, _ = zip(*addresses.values(), strict=True)
    for row in connection.execute(_OWNERS, {"classes": list(classes), "objects": list(objects)}):
        yield ids[row[0], row[1]], str(row[2])


_OWNERS: LiteralString = """
    select u.class, u.object, owner.rolname
      from unnest(%(classes)s::oid[], %(objects)s::oid[]) as u(class, object)
      join lateral (
        select c.relowner from pg_catalog.pg_class c
         where u.class = 'pg_catalog.pg_class'::regclass and c.oid = u.object
        union all
        select p.proowner from pg_catalog.pg_proc p
         where u.class = 'pg_catalog.pg_proc'::regclass and p.oid = u.object
        union all
        select t.typowner from pg_catalog.pg_type t
         where u.class = 'pg_catalog.pg_type'::regclass and t.oid = u.object
        union all
        select t.typowner
          from pg_catalog.pg_constraint k
          join pg_catalog.pg_type t on t.oid = k.contypid
         where u.class = 'pg_catalog.pg_constraint'::regclass and k.oid = u.object
        union all
        select s.stxowner from pg_catalog.pg_statistic_ext s
         where u.class = 'pg_catalog.pg_statistic_ext'::regclass and s.oid = u.object
        union all
        select p.pubowner
          from pg_catalog.pg_publication_rel m
          join pg_catalog.pg_publication p on p.oid = m.prpubid
         where u.class = 'pg_catalog.pg_publication_rel'::regclass and m.oid = u.object
        union all
        select c.relowner
          from (
            select p.polrelid from pg_catalog.pg_policy p
             where u.class = 'pg_catalog.pg_policy'::regclass and p.oid = u.object
            union all
            select t.tgrelid from pg_catalog.pg_trigger t
             where u.class = 'pg_catalog.pg_trigger'::regclass and t.oid = u.object
            union all
            select k.conrelid from pg_catalog.pg_constraint k
             where u.class = 'pg_catalog.pg_constraint'::regclass and k.oid = u.object
            union all
            select w.ev_class from pg_catalog.pg_rewrite w
             where u.class = 'pg_catalog.pg_rewrite'::regclass and w.oid = u.object
          ) as hung(relation)
          join pg_catalog.pg_class c on c.oid = hung.relation
      ) as belonging(role) on true
      join pg_catalog.pg_roles owner on owner.oid = belonging.role
     where owner.rolname <> current_user
"""

# A relation's own address stands for all of its columns. A view's rule is the view, a default its column, or the view
# whose column has it. On a column stand those of the same name of what inherits from its table. On an extension stands
# what stands on what it brought, and what is to go with it.
_DEPENDENTS: LiteralString = """
    with recursive edge(refclass, refobject, refpart, class, object, part) as (
        select null::oid, null::oid, null::integer, u.*
          from unnest(%(classes)s::oid[], %(objects)s::oid[], %(parts)s::integer[]) u
      union
        select e.class, e.object, d.refobjsubid, above.class, above.object, above.part
          from edge e
          cross join lateral (
            select d.classid, d.objid, d.objsubid, d.refobjsubid
              from pg_catalog.pg_depend d
             where d.refclassid = e.class and d.refobjid = e.object and (e.part = 0 or d.refobjsubid = e.part)
               and d.deptype in ('n', 'a', 'i', 'e', 'x')
            union all
            select e.class, i.inhrelid, c.attnum::integer, e.part
              from pg_catalog.pg_inherits i
              join pg_catalog.pg_attribute a on a.attrelid = i.inhparent and a.attnum = e.part
              join pg_catalog.pg_attribute c on c.attrelid = i.inhrelid and c.attname = a.attname
             where e.class = 'pg_catalog.pg_class'::regclass and e.part > 0 and i.inhparent = e.object
          ) as d
          cross join lateral (
            select d.classid, d.objid, d.objsubid
             where d.classid not in ('pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_attrdef'::regclass)
            union all
            select 'pg_catalog.pg_class'::regclass, w.ev_class, 0
              from pg_catalog.pg_rewrite w
             where d.classid = 'pg_catalog.pg_rewrite'::regclass and w.oid = d.objid and w.rulename = '_RETURN'
            union all
            select d.classid, w.oid, 0
              from pg_catalog.pg_rewrite w
             where d.classid = 'pg_catalog.pg_rewrite'::regclass and w.oid = d.objid and w.rulename <> '_RETURN'
            union all
            select 'pg_catalog.pg_class'::regclass, f.adrelid, case c.relkind when 'v' then 0 else f.adnum end
              from pg_catalog.pg_attrdef f
              join pg_catalog.pg_class c on c.oid = f.adrelid
             where d.classid = 'pg_catalog.pg_attrdef'::regclass and f.oid = d.objid
          ) as above(class, object, part)
         where (above.class, above.object, above.part) <> (e.class, e.object, e.part)
    )
    select refclass, refobject, refpart, class, object, part from edge where refclass is not null
"""
