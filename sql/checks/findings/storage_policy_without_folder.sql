-- Finds: a policy on storage.objects by which end users reach all files of a bucket, whoever they are of.
-- Refused at preview: a permissive Policy on storage.objects for writes by end users that reads neither name nor
-- owner.
-- Supabase's linter: none.
with conditions as (
  select p.*, clause.condition
  from pg_catalog.pg_policies as p
  cross join lateral (values (p.qual), (p.with_check)) as clause (condition)
  where p.schemaname = 'storage'
    and p.tablename = 'objects'
    and p.permissive = 'PERMISSIVE'
    and p.roles && array['public', 'anon', 'authenticated']::name[]
    and clause.condition ~ '[[:<:]]bucket_id[[:>:]]'
)
select
  'storage_policy_without_folder' as check,
  case c.cmd when 'SELECT' then 'warning' else 'error' end as level,
  format('policy %I on storage.objects', c.policyname) as object,
  format('%s by %s is the same for every file of the bucket', c.cmd, array_to_string(c.roles, ', ')) as detail,
  'Compare the folder: (storage.foldername(objects.name))[1] = (select private.current_org_id())::text.' as remedy
from conditions as c
where regexp_replace(c.condition, '''([^'']|'''')*''', '''''', 'g')
    !~ '[[:<:]](name|path_tokens|owner|owner_id|user_metadata)[[:>:]]'
  -- What a public bucket holds is read without asking; listing it has a check of its own.
  and not (
    c.cmd = 'SELECT'
    and exists (
      select
      from storage.buckets as b
      where b.public and position(quote_literal(b.id) in c.condition) > 0
    )
  )
group by c.policyname, c.cmd, c.roles
order by object
