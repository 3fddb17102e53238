-- Tables
-- The largest of the schemas public and private; rows are the planner's estimate.
select
  n.nspname || '.' || c.relname as relation,
  greatest(c.reltuples, 0)::bigint as rows,
  pg_catalog.pg_table_size(c.oid) as table_bytes,
  pg_catalog.pg_indexes_size(c.oid) as index_bytes
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'm') and n.nspname in ('public', 'private')
order by pg_catalog.pg_total_relation_size(c.oid) desc, 1
limit 15
