-- Indexes
-- The largest of the schemas public and private, and how often each was read since the server's numbers began.
select
  n.nspname || '.' || i.relname as index, t.relname as of_table, pg_catalog.pg_relation_size(i.oid) as bytes,
  s.idx_scan as scans
from pg_catalog.pg_class as i
join pg_catalog.pg_index as x on x.indexrelid = i.oid
join pg_catalog.pg_class as t on t.oid = x.indrelid
join pg_catalog.pg_namespace as n on n.oid = i.relnamespace
left join pg_catalog.pg_stat_all_indexes as s on s.indexrelid = i.oid
where n.nspname in ('public', 'private')
order by 3 desc, 1
limit 15
