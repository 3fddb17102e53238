"""What is of a composite type, and keeps the server from changing it."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.errors import DependencyError
from supaschema.core.model import ObjectId, Precondition
from supaschema.core.sqltext import compose, ident, relation_name
from supaschema.kinds.base import Context
from supaschema.kinds.referred_types import types_of


def require_no_columns(id: ObjectId, context: Context, what: str) -> None:
    """Refuse a change while columns are of a composite type, or of a domain over it.

    Args:
        id: The type, or an attribute of it.
        context: What stands on what changes.
        what: What cannot be, in words.

    Raises:
        DependencyError: Columns are of it.

    """
    seen, waiting = {ObjectId("composite_type", id.name[:2])}, [id]
    columns = set[str]()
    while waiting:
        for above in context.edges.get(waiting.pop(), frozenset()) - seen:
            if above.kind == "domain":
                seen.add(above)
                waiting.append(above)
            elif above.kind == "column" and _is_of(above, seen, context):
                columns.add(str(above))
    if columns:
        raise DependencyError(
            f"{what} while columns are of the type: {', '.join(sorted(columns))}.",
            where=str(id),
            remedy="Nothing was changed. Make another type, give the columns that type, and drop this one then.",
        )


def require_not_computed_with(id: ObjectId, context: Context) -> None:
    """Refuse another type of an attribute while indexes and constraints compute with it: the server rebuilds them.

    Raises:
        DependencyError: One does.

    """
    found = sorted(str(it) for it in context.edges.get(id, frozenset()) if it.kind in ("constraint", "index"))
    if found:
        raise DependencyError(
            f"it cannot have another type while it is computed with: {', '.join(found)}.",
            where=str(id),
            remedy="Nothing was changed. Drop them in a deployment before this one, and make them again after it.",
        )


def _is_of(column: ObjectId, types: set[ObjectId], context: Context) -> bool:
    # Not where its default alone names one.
    return not types.isdisjoint(types_of(getattr(context.live.get(column), "type", "")))


def tables_of(id: ObjectId) -> Precondition:
    """Return the query for tables that were made of a type: their columns would change along."""
    return Precondition(
        f"tables are of type {relation_name(id.name)} (CREATE TABLE ... OF), and their columns would change along",
        compose(_TABLES, type=_type(id)),
        shows_rows=True,
    )


def holding(id: ObjectId) -> Precondition:
    """Return the query for columns that hold values of a type: the server changes no attribute's type then."""
    return Precondition(
        f"columns hold values of type {relation_name(id.name)}, and the server changes none of them",
        compose(_HOLDING, type=_type(id)),
        shows_rows=True,
    )


def standing(id: ObjectId) -> Precondition:
    """Return the query for what no declaration can say and stands on a type that is to be made anew."""
    return Precondition(
        f"objects that no resource declares stand on type {relation_name(id.name)}, which is to be made anew",
        compose(_STANDING, type=_type(id)),
        shows_rows=True,
    )


def _type(id: ObjectId) -> sql.Composed:
    # As an identifier: it is asked before whatever the plan renames.
    return compose("pg_catalog.pg_typeof(null::{})", ident(*id.name[:2]))


_TABLES = """
    select pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0)
      from pg_catalog.pg_class c where c.reloftype = {type}"""

# As the server looks for them (PostgreSQL source, find_composite_type_dependencies). Materialized views step aside.
_HOLDING = """
    with recursive reached(oid) as (
      select {type}::pg_catalog.oid
      union
      select x.oid
        from reached r
       cross join lateral (
         select t.oid from pg_catalog.pg_type t where t.typtype = 'd' and t.typbasetype = r.oid
         union all
         select t.typarray from pg_catalog.pg_type t where t.oid = r.oid and t.typarray <> 0
         union all
         select v.oid
           from pg_catalog.pg_range g cross join lateral (values (g.rngtypid), (g.rngmultitypid)) as v(oid)
          where g.rngsubtype = r.oid
         union all
         select c.reltype
           from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
          where a.atttypid = r.oid and a.attnum > 0 and not a.attisdropped and c.reltype <> 0
            and c.relkind in ('c', 'r', 'p')
       ) x(oid)
    )
    select pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, c.oid, a.attnum)
      from reached r
      join pg_catalog.pg_attribute a on a.atttypid = r.oid and a.attnum > 0 and not a.attisdropped
      join pg_catalog.pg_class c on c.oid = a.attrelid
     where c.relkind in ('r', 'p', 'f')"""

# What is modelled steps aside, or is refused for.
_STANDING = """
    select pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
      from pg_catalog.pg_type t
      join pg_catalog.pg_depend d
        on d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid in (t.oid, t.typarray)
       and d.deptype = 'n'
      left join pg_catalog.pg_type y on d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and y.oid = d.objid
      left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.objid
      left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.objid
     where t.oid = {type}
       and (y.typtype <> 'd' or c.relkind = 'f' or c.reloftype <> 0 or p.prokind <> 'f'
            or d.classid in ('pg_catalog.pg_cast'::pg_catalog.regclass,
                             'pg_catalog.pg_operator'::pg_catalog.regclass,
                             'pg_catalog.pg_opclass'::pg_catalog.regclass,
                             'pg_catalog.pg_amop'::pg_catalog.regclass,
                             'pg_catalog.pg_amproc'::pg_catalog.regclass))"""
