-- Finds: a policy on storage.objects by which end users reach files of every bucket, those to come included.
-- Refused at preview: a permissive Policy on storage.objects for end users that does not read bucket_id.
-- Supabase's linter: none.
select
  'storage_policy_without_bucket' as check,
  'error' as level,
  format('policy %I on storage.objects', p.policyname) as object,
  format('%s by %s is not limited to a bucket', p.cmd, array_to_string(p.roles, ', ')) as detail,
  'Begin it with bucket_id = ''...''.' as remedy
from pg_catalog.pg_policies as p
where p.schemaname = 'storage'
  and p.tablename = 'objects'
  and p.permissive = 'PERMISSIVE'
  and p.roles && array['public', 'anon', 'authenticated']::name[]
  and (
    (p.qual is not null and p.qual !~ '[[:<:]]bucket_id[[:>:]]')
    or (p.with_check is not null and p.with_check !~ '[[:<:]]bucket_id[[:>:]]')
  )
order by object
