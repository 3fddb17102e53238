"""What is there already where a plan makes something: schemas, and what has the names. Names no kind."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import LiteralString

from psycopg.types.json import Jsonb

from supaschema.core.errors import ApplyError, DependencyError
from supaschema.core.model import Delta, ObjectId, Plan
from supaschema.core.sqltext import Name
from supaschema.database.connect import Connection
from supaschema.database.trust import BY_DEPLOYING, STRANGE_TYPES
from supaschema.engine.announced import Coming, relation_made
from supaschema.engine.diff import Kinds
from supaschema.engine.twins import Rank
from supaschema.kinds.base import Family

_REMEDY = "Correct the name, or make it first: where another resource makes it, name that in depends_on."


@dataclass(frozen=True, slots=True)
class Places:
    """What is there.

    Attributes:
        schemas: Those of the schemas that the plan makes something in.
        relations: Of the relations that it touches or refers to, what each is, as pg_class.relkind has it.
        taken: What has the name of something that the plan makes, in the server's words; of a routine with its
            arguments.
        tables: Of the indexes among them that no constraint has, the name of the table.
        counting: Of the sequences among them that count for an identity column, that column.
        ranks: Of the tables that have partitions or heirs, are a partition or inherit, what they are among the others.

    """

    schemas: frozenset[str]
    relations: Mapping[Name, str]
    taken: Mapping[Name, str]
    tables: Mapping[Name, Name]
    counting: Mapping[Name, str]
    ranks: Mapping[Name, Rank]


def places(connection: Connection, plan: Plan, kinds: Kinds) -> Places:
    """Read what is there, in one query."""
    asked = []
    for delta in plan.deltas:
        if delta.new is None:
            continue
        if kinds[delta.id.kind].family is Family.DATABASE:
            brought = kinds[delta.id.kind].brings_into(delta.new)
            asked += [] if brought is None else [{"within": brought, "name": "", "arguments": None}]
            continue
        names = {delta.id.name[:2], *(id.name[:2] for id in kinds[delta.id.kind].references(delta.id, delta.new))}
        relation = kinds[delta.id.kind].relation(delta.id, delta.new) if delta.old is None else None
        names |= {relation} if relation is not None else set()
        arguments = delta.id.name[2] if kinds[delta.id.kind].family is Family.ROUTINE else None
        asked += [{"within": within, "name": name, "arguments": arguments} for within, name in sorted(names)]
    asked += [{"within": within, "name": name, "arguments": None} for within, name in sorted(plan.returning)]
    schemas: set[str] = set()
    relations: dict[Name, str] = {}
    taken: dict[Name, str] = {}
    tables: dict[Name, Name] = {}
    counting: dict[Name, str] = {}
    ranks: dict[Name, Rank] = {}
    rows = connection.execute(_THERE, [Jsonb(asked)]) if asked else ()
    for within, name, arguments, relkind, words, table, column, *rank in rows:
        schemas.add(within)
        if relkind is not None:
            relations[within, name] = relkind
        if table is not None:
            tables[within, name] = (within, table)
        if column is not None:
            counting[within, name] = column
        if any(rank):
            ranks[within, name] = Rank(*rank)
        if words is not None:
            taken[(within, name) if arguments is None else (within, name, arguments)] = words
    return Places(frozenset(schemas), relations, taken, tables, counting, ranks)


def missing_schemas(there: Places, plan: Plan, kinds: Kinds) -> Iterator[tuple[str, ApplyError]]:
    """Yield each schema that there is not and that the plan makes something in, and what to say of it."""
    needed: dict[str, ObjectId] = {}
    for delta in _made(plan.deltas, kinds):
        needed.setdefault(delta.id.name[0], delta.id)
    for delta in plan.deltas:
        brought = None if delta.new is None else kinds[delta.id.kind].brings_into(delta.new)
        if brought is not None:
            needed.setdefault(brought, delta.id)
    for schema, id in needed.items():
        if schema not in there.schemas:
            yield schema, ApplyError(f"there is no schema {schema}.", where=str(id), remedy=_REMEDY)


def require_fit(there: Places, plan: Plan, kinds: Kinds, changing: Collection[str]) -> None:
    """Refuse what the relation that it is to belong to cannot have.

    Raises:
        DependencyError: Naming the relation.

    """
    whole = {delta.id.name for delta in plan.deltas}
    for delta in plan.deltas:
        relkind = there.relations.get(delta.id.name[:2])
        if delta.old is not None or delta.new is None or relkind is None:
            continue
        if delta.id.name[:2] in whole or delta.id.name[1] in changing:
            continue
        unfit = kinds[delta.id.kind].unfit(delta.new, relkind)
        if unfit is not None:
            name = there.taken[delta.id.name[:2]]
            raise DependencyError(f"{name} cannot have {unfit}.", where=str(delta.id), remedy="Take it out.")


def require_free(there: Places, plan: Plan, kinds: Kinds, coming: Coming, former: Collection[ObjectId]) -> None:
    """Refuse what the plan makes under a name that something has which stays.

    Args:
        there: What is there.
        plan: The plan.
        kinds: The registry of kinds.
        coming: What other plans make, change, rename or drop.
        former: What the plan gives another name.

    Raises:
        DependencyError: Naming what has the name.

    """
    leaving = {delta.id.name for delta in plan.deltas if delta.new is None} | _vacated(plan, kinds)
    leaving |= {id.name for id in (*plan.renamed, *plan.restored, *former)}
    for delta in _made(plan.deltas, kinds):
        name = delta.id.name
        # A relation, or a type, may have a collation's name.
        is_apart = kinds[delta.id.kind].family is Family.COLLATION
        if not is_apart and name in there.taken and name not in leaving and name[1] not in coming.touched:
            raise _counting(delta.id, name, there) if name in there.counting else _taken(delta.id, there.taken[name])
    _require_relations_free(there, plan, kinds, coming, former)
    _require_free_for_return(there, plan, coming, former)


def _require_relations_free(
    there: Places, plan: Plan, kinds: Kinds, coming: Coming, former: Collection[ObjectId]
) -> None:
    # An index, and a key by its index, is a relation among those of its schema.
    leaving = {relation_made(delta.id, delta.old, kinds) for delta in plan.deltas if delta.new is None}
    leaving |= _vacated(plan, kinds)
    leaving |= {id.name[::2] if id.name[2:] else id.name for id in (*plan.renamed, *plan.restored, *former)}
    making = plan.returning
    for delta in plan.deltas:
        if delta.old is not None or delta.new is None or kinds[delta.id.kind].is_inherited(delta.new):
            continue
        name = relation_made(delta.id, delta.new, kinds)
        if name is None:
            continue
        other = making.setdefault(name, coming.relations.get(name, delta.id))
        comes_back = any(name in plan.restored.get(it, ()) for it in kinds[delta.id.kind].parents(delta.id))
        if other != delta.id and not comes_back:
            raise _taken(delta.id, f"{other}, which this program makes too,")
        stays = name in there.relations and name not in leaving and name[1] not in coming.left | coming.touched
        # An index of its own table that has the name is dropped first: an earlier attempt left it.
        if stays and there.tables.get(name) != delta.id.name[:2]:
            raise _taken(delta.id, there.taken[name])


def _require_free_for_return(there: Places, plan: Plan, coming: Coming, former: Collection[ObjectId]) -> None:
    # It comes back before anything that the plan drops has gone; what it renames was renamed by then.
    leaving = {id.name[::2] if id.name[2:] else id.name for id in former}
    returning = dict(coming.relations)
    for id, names in plan.restored.items():
        for name in (id.name, *sorted(names)):
            other = returning.setdefault(name, id)
            if other != id:
                raise _not_free(id, name, f"{other}, which this program makes too,")
            # What is no relation has no name in an index's way, or a sequence's.
            is_taken = name in (there.taken if name == id.name else there.relations)
            if is_taken and name not in leaving and name[1] not in coming.left | coming.touched:
                raise _not_free(id, name, there.taken[name])


def _vacated(plan: Plan, kinds: Kinds) -> set[Name]:
    changed = ((delta.id.kind, delta.old, delta.new) for delta in plan.deltas)
    names = (kinds[kind].vacates(old, new) for kind, old, new in changed if old is not None and new is not None)
    return {name for name in names if name is not None}


def _not_free(id: ObjectId, name: Name, by: str) -> DependencyError:
    what = "its name" if name == id.name else "the name of an index or a sequence of it"
    return DependencyError(
        f"it comes back from the archive, and {by} has {what}.",
        where=str(id),
        remedy="Nothing was changed. Have the other renamed or dropped first.",
    )


def _counting(id: ObjectId, name: Name, there: Places) -> DependencyError:
    return DependencyError(
        f"it cannot be made, for {there.taken[name]}, which counts for identity column {there.counting[name]}, has its "
        "name.",
        where=str(id),
        remedy="Nothing was changed. Give it another name, and a `start` behind the values that the column has; "
        "`renamed_from` gives it this name in the deployment after that.",
    )


def _taken(id: ObjectId, by: str) -> DependencyError:
    return DependencyError(
        f"it cannot be made, for {by} has its name.",
        where=str(id),
        remedy="Give it another name, or have the other renamed or dropped first.",
    )


def _made(deltas: Collection[Delta], kinds: Kinds) -> Iterator[Delta]:
    """Yield the relations, routines and types that are made."""
    for delta in deltas:
        kind = kinds[delta.id.kind]
        is_named = kind.family is not Family.DATABASE and (kind.family is Family.ROUTINE or not delta.id.name[2:])
        if delta.old is None and delta.new is not None and is_named and not kind.parents(delta.id):
            yield delta


# A bound is turned into the type of the column by which the table above is told apart: where that is another role's, a
# check or a cast of theirs would run, so no twin has one.
_THERE: LiteralString = (
    f"with recursive {BY_DEPLOYING}, {STRANGE_TYPES}"
    """, asked(within, name, arguments) as (
      select distinct a.within, a.name, a.arguments
        from pg_catalog.jsonb_to_recordset(%s) as a(within text, name text, arguments text)
    )
    select a.within, a.name, a.arguments, c.relkind::text,
           case when a.arguments is null then coalesce(
             pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0),
             pg_catalog.pg_describe_object('pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 0)) else (
             select pg_catalog.pg_describe_object('pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0)
               from pg_catalog.pg_proc p
              where p.pronamespace = n.oid and p.proname = a.name
                and pg_catalog.array_to_string(array(
                      select pg_catalog.format_type(u.type, null)
                        from pg_catalog.unnest(p.proargtypes) with ordinality u(type, place)
                       order by u.place), ', ') = a.arguments) end,
           case when c.relkind in ('i', 'I') then (
             select o.relname
               from pg_catalog.pg_index i
               join pg_catalog.pg_class o on o.oid = i.indrelid
              where i.indexrelid = c.oid and not exists (
                      select from pg_catalog.pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))
           ) end,
           counts.column_name,
           pg_catalog.pg_get_partkeydef(c.oid),
           case when not above.is_strange then pg_catalog.pg_get_expr(c.relpartbound, c.oid) end,
           case when not above.is_strange and c.relispartition then pg_catalog.pg_get_partkeydef(above.oid) end,
           not above.is_strange,
           (select array[hn.nspname::text, h.relname::text]
              from pg_catalog.pg_inherits i
              join pg_catalog.pg_class h on h.oid = i.inhrelid and not h.relispartition
              join pg_catalog.pg_namespace hn on hn.oid = h.relnamespace
             where i.inhparent = c.oid
             order by h.oid limit 1)
      from asked a
      join pg_catalog.pg_namespace n on n.nspname = a.within
      left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = a.name and a.arguments is null
      left join pg_catalog.pg_type t on t.typnamespace = n.oid and t.typname = a.name and t.typrelid = 0
            and t.typcategory <> 'A' and a.arguments is null
      left join lateral (
        select pg_catalog.concat_ws('.', hn.nspname, h.relname, k.attname)
          from pg_catalog.pg_depend d
          join pg_catalog.pg_attribute k on k.attrelid = d.refobjid and k.attnum = d.refobjsubid
          join pg_catalog.pg_class h on h.oid = k.attrelid
          join pg_catalog.pg_namespace hn on hn.oid = h.relnamespace
         where c.relkind = 'S' and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid
           and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'i'
         limit 1) counts(column_name) on true
      left join lateral (
        select i.inhparent, exists (
                 select from pg_catalog.pg_depend d join types y on y.oid = d.refobjid
                  where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = i.inhparent
                    and d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass)
          from pg_catalog.pg_inherits i
         where i.inhrelid = c.oid
         order by i.inhseqno
         limit 1) above(oid, is_strange) on true
"""
)
