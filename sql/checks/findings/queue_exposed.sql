-- Finds: a pgmq queue without row level security in a database whose API offers queues.
-- Refused at preview: no: queues are made by pgmq.
-- Supabase's linter: insecure_queue_exposed_in_api.
select
  'queue_exposed' as check,
  'error' as level,
  format('%I.%I', n.nspname, c.relname) as object,
  'the API offers pgmq_public, and row level security is off on the queue' as detail,
  'Turn row level security on, and say by policies who may send and read.' as remedy
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_namespace as offered on offered.nspname = 'pgmq_public'
where n.nspname = 'pgmq'
  and c.relname ~ '^[qa]_'
  and c.relkind in ('r', 'p')
  and not c.relrowsecurity
  and (
    has_schema_privilege('anon', offered.oid, 'usage')
    or has_schema_privilege('authenticated', offered.oid, 'usage')
  )
order by object
