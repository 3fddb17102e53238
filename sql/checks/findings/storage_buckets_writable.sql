-- Finds: a policy on storage.buckets by which end users make, change or delete buckets: they could make one public.
-- Refused at preview: a permissive Policy on storage.buckets for writes by end users.
-- Supabase's linter: none.
select
  'storage_buckets_writable' as check,
  'error' as level,
  format('policy %I on storage.buckets', p.policyname) as object,
  format('%s of buckets is allowed to %s', p.cmd, array_to_string(p.roles, ', ')) as detail,
  'Let the services manage buckets, and drop the policy.' as remedy
from pg_catalog.pg_policies as p
where p.schemaname = 'storage'
  and p.tablename = 'buckets'
  and p.permissive = 'PERMISSIVE'
  and p.cmd <> 'SELECT'
  and p.roles && array['public', 'anon', 'authenticated']::name[]
order by object
