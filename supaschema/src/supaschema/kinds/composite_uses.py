"""What is of a composite type, and keeps the server from changing it."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.errors import DependencyError
from supaschema.core.model import ObjectId, Precondition
from supaschema.core.sqltext import compose, ident, relation_name
from supaschema.kinds.base import Context


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
