-- Constraints of the tables of the schemas asked about. Not validated: rows that exist may break it.
select
  n.nspname as schema,
  c.relname as relation,
  k.conname as name,
  k.contype::text as type,
  k.convalidated as validated,
  case when k.contype not in ('c', 'x') then array(
    select a.attname::text
    from unnest(k.conkey) with ordinality as u (attnum, place)
    join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.attnum
    order by u.place
  ) else '{}' end as columns,
  (
    select far_schema.nspname || '.' || far.relname
    from pg_catalog.pg_class as far
    join pg_catalog.pg_namespace as far_schema on far_schema.oid = far.relnamespace
    where far.oid = k.confrelid
  ) as references,
  case k.confdeltype
    when 'a' then 'NO ACTION' when 'r' then 'RESTRICT' when 'c' then 'CASCADE' when 'n' then 'SET NULL'
    when 'd' then 'SET DEFAULT'
  end as on_delete,
  pg_catalog.pg_get_constraintdef(k.oid) as definition
from pg_catalog.pg_constraint as k
join pg_catalog.pg_class as c on c.oid = k.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s)
