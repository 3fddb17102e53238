-- Finds: an index that is not valid: it costs every write and serves no reader.
-- Refused at preview: no: it comes of a build that failed.
-- Supabase's linter: invalid_index.
select
  'invalid_index' as check,
  'warning' as level,
  format('%I.%I', n.nspname, c.relname) as object,
  format('it is on %I.%I and serves no query', n.nspname, owner.relname) as detail,
  'Drop it and build it again; on a partitioned table, attach the indexes of all partitions.' as remedy
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indexrelid
join pg_catalog.pg_class as owner on owner.oid = i.indrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where not i.indisvalid
  and n.nspname !~ current_setting('checks.platform_schemas')
order by object
