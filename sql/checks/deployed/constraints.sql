-- Constraints of the tables of the schemas asked about. Not validated: rows that exist may break it.
select
  n.nspname as schema,
  c.relname as relation,
  k.conname as name,
  k.contype::text as type,
  k.convalidated as validated,
  pg_catalog.pg_get_constraintdef(k.oid) as definition
from pg_catalog.pg_constraint as k
join pg_catalog.pg_class as c on c.oid = k.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s)
