-- Tables that are published by their names: the columns (none: all) and the condition of the rows.
select
  n.nspname as schema,
  c.relname as name,
  p.pubname as publication,
  array(
    select a.attname::text
    from pg_catalog.pg_attribute as a
    where a.attrelid = c.oid and a.attnum = any (m.prattrs::pg_catalog.int2[])
    order by a.attname
  ) as columns,
  pg_catalog.pg_get_expr(m.prqual, m.prrelid) as "where"
from pg_catalog.pg_publication_rel as m
join pg_catalog.pg_publication as p on p.oid = m.prpubid
join pg_catalog.pg_class as c on c.oid = m.prrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
