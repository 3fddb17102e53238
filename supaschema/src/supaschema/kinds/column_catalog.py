"""How columns are read from the catalog. What is as the server has it by itself is left out."""

from typing import LiteralString

_SEQUENCE: LiteralString = """
    nullif(jsonb_strip_nulls(jsonb_build_object(
      'start', nullif(s.seqstart, case when s.seqincrement > 0 then s.seqmin else s.seqmax end),
      'increment', nullif(s.seqincrement, 1),
      'minimum', nullif(s.seqmin, case when s.seqincrement > 0 then 1 else
         case s.seqtypid when 'pg_catalog.int2'::regtype then -32768 when 'pg_catalog.int4'::regtype then -2147483648
            else -9223372036854775808 end end),
      'maximum', nullif(s.seqmax, case when s.seqincrement < 0 then -1 else
         case s.seqtypid when 'pg_catalog.int2'::regtype then 32767 when 'pg_catalog.int4'::regtype then 2147483647
            else 9223372036854775807 end end),
      'cache', nullif(s.seqcache, 1),
      'cycle', nullif(s.seqcycle, false))), '{{}}')
"""

_OWNED: LiteralString = """
      from pg_catalog.pg_depend w
      join pg_catalog.pg_sequence s on s.seqrelid = w.objid
      join pg_catalog.pg_class q on q.oid = s.seqrelid
      join pg_catalog.pg_namespace qn on qn.oid = q.relnamespace
     where w.classid = 'pg_catalog.pg_class'::regclass and w.refclassid = 'pg_catalog.pg_class'::regclass
       and w.refobjid = c.oid and w.refobjsubid = a.attnum
"""

CATALOG: LiteralString = f"""
    select array[n.nspname, c.relname, a.attname]::text[],
           jsonb_strip_nulls(jsonb_build_object(
             'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
             'default', case when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end,
             'generated', case when a.attgenerated <> '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end,
             'virtual', case when a.attgenerated = 'v' then true end,
             'identity', case a.attidentity when 'a' then 'always' when 'd' then 'by default' end,
             'sequence', case when a.attidentity <> '' then (select {_SEQUENCE} {_OWNED} and w.deptype = 'i') end,
             'collation', case when a.attcollation <> t.typcollation then (
                select case when cn.nspname = 'pg_catalog' then jsonb_build_array(co.collname)
                            else jsonb_build_array(cn.nspname, co.collname) end
                  from pg_catalog.pg_collation co
                  join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
                 where co.oid = a.attcollation) end,
             'storage', case when a.attstorage <> t.typstorage then case a.attstorage
                when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end end,
             'usual_storage', case when a.attstorage <> t.typstorage then case t.typstorage
                when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end end,
             'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
             'statistics', nullif(a.attstattarget, -1),
             'options', (select jsonb_object_agg(split_part(o, '=', 1), substr(o, strpos(o, '=') + 1))
                           from unnest(a.attoptions) o),
             'serial', case when a.attidentity = '' and a.attgenerated = '' and a.atthasdef then (
                select jsonb_build_object(
                         'name', jsonb_build_array(qn.nspname, q.relname),
                         'type', pg_catalog.format_type(s.seqtypid, null),
                         'sequence', coalesce({_SEQUENCE}, '{{{{}}}}'))
                  {_OWNED}
                   and w.deptype = 'a'
                   and (select array_agg(u.objid) from pg_catalog.pg_depend u
                         where u.refclassid = 'pg_catalog.pg_class'::regclass and u.refobjid = s.seqrelid)
                       = array[d.oid]
                 limit 1) end,
             'inherited', a.attinhcount > 0,
             'comment', pg_catalog.col_description(c.oid, a.attnum))),
           'pg_catalog.pg_class'::regclass::oid, c.oid, a.attnum
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_catalog.pg_type t on t.oid = a.atttypid
      left join pg_catalog.pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relkind in ('r', 'p') and {{scope}}
     order by c.oid, a.attnum
"""
