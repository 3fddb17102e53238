"""What stands on an enum type and keeps it from being made anew: the server does not change it along."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.model import ObjectId, Precondition
from supaschema.core.sqltext import compose, ident, relation_name
from supaschema.core.type_names import qualified
from supaschema.kinds.base import Context
from supaschema.kinds.column_definition import Column


def stuck(id: ObjectId, context: Context) -> Precondition:
    """Return the query for what keeps the type as it is.

    Type and tables are named as identifiers: it is asked before whatever the plan renames.
    """
    columns = (
        name for name, item in context.live.items() if isinstance(item, Column) and qualified(item.type) == id.name
    )
    # What comes back from the archive has another name still.
    back = {name.name for name in context.restores}
    tables = sorted({name.name[:2] for name in columns} - back)
    rows = sql.SQL(", ").join(compose("pg_catalog.pg_typeof(null::{})", ident(*table)) for table in tables)
    is_known = compose("c.reltype in ({})", rows) if tables else sql.SQL("false")
    return Precondition(
        f"objects stand on {relation_name(id.name)}, and the server does not change them along",
        compose(_STUCK, type=ident(*id.name), is_known=is_known),
        shows_rows=True,
    )


# Views, policies, checks, functions and what else is modelled steps aside. Of a foreign key both sides would have to
# change at once, what tells partitions apart never changes, nor does a column that a publication names, and what tables
# that share no parent hand down changes with none of them (PostgreSQL source, ATPrepAlterColumnType). A default of
# another type goes and comes back in a table and what inherits from it at once: they must have the same.
_STUCK = """
    select pg_catalog.pg_describe_object(found.class, found.object, found.part)
      from pg_catalog.pg_type t
     cross join lateral (
       select d.classid, d.objid, d.objsubid
         from pg_catalog.pg_depend d
         left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.objid
         left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.objid
        where d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid in (t.oid, t.typarray)
          and d.deptype = 'n'
          and (d.classid in ('pg_catalog.pg_type'::pg_catalog.regclass, 'pg_catalog.pg_cast'::pg_catalog.regclass,
                             'pg_catalog.pg_operator'::pg_catalog.regclass,
                             'pg_catalog.pg_opclass'::pg_catalog.regclass, 'pg_catalog.pg_amop'::pg_catalog.regclass,
                             'pg_catalog.pg_amproc'::pg_catalog.regclass)
               or c.relkind in ('c', 'f') or (c.relkind in ('r', 'p') and d.objsubid > 0 and not {is_known})
               or p.prokind = 'w')
       union all
       select 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, 0
         from pg_catalog.pg_constraint k
        where k.contype = 'f' and exists (
                select from pg_catalog.pg_attribute a
                 where a.attrelid = k.conrelid and a.attnum = any (k.conkey) and a.atttypid in (t.oid, t.typarray))
       union all
       select 'pg_catalog.pg_class'::pg_catalog.regclass, p.partrelid, a.attnum
         from pg_catalog.pg_partitioned_table p
         join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = any (p.partattrs::smallint[])
        where a.atttypid in (t.oid, t.typarray)
       union all
       select d.classid, d.objid, 0
         from pg_catalog.pg_depend d
         join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
        where d.classid = 'pg_catalog.pg_publication_rel'::pg_catalog.regclass
          and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and a.atttypid in (t.oid, t.typarray)
       union all
       select distinct d.classid, d.objid, 0
         from pg_catalog.pg_depend d
         join pg_catalog.pg_attrdef e on e.oid = d.objid
         join pg_catalog.pg_attribute a on a.attrelid = e.adrelid and a.attnum = e.adnum
         join pg_catalog.pg_inherits i on e.adrelid in (i.inhrelid, i.inhparent)
         join pg_catalog.pg_attribute b
           on b.attrelid in (i.inhrelid, i.inhparent) and b.attrelid <> a.attrelid and b.attname = a.attname
         left join pg_catalog.pg_attrdef o on o.adrelid = b.attrelid and o.adnum = b.attnum
        where d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
          and d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid in (t.oid, t.typarray)
          and a.attgenerated = '' and a.atttypid not in (t.oid, t.typarray)
          and pg_catalog.pg_get_expr(e.adbin, e.adrelid) is distinct from pg_catalog.pg_get_expr(o.adbin, o.adrelid)
       union all
       select 'pg_catalog.pg_class'::pg_catalog.regclass, a.attrelid, a.attnum
         from pg_catalog.pg_attribute a
        where a.atttypid in (t.oid, t.typarray) and a.attinhcount > 1 and (
                with recursive above(relation, depth) as (
                  select a.attrelid, a.attinhcount::integer
                   union
                  select i.inhparent, b.attinhcount::integer
                    from above
                    join pg_catalog.pg_inherits i on i.inhrelid = above.relation
                    join pg_catalog.pg_attribute b
                      on b.attrelid = i.inhparent and b.attname = a.attname and not b.attisdropped)
                select count(*) from above where above.depth = 0) > 1
     ) as found(class, object, part)
     where t.oid = pg_catalog.pg_typeof(null::{type})"""
