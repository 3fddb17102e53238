-- Finds: a policy by which end users write any row.
-- Refused at preview: a permissive policy for a write by end users whose condition is always true.
-- Supabase's linter: rls_policy_always_true (that one leaves storage out).
select
  'policy_always_true' as check,
  'error' as level,
  format('policy %I on %I.%I', p.policyname, p.schemaname, p.tablename) as object,
  format('%s by %s is allowed on every row', p.cmd, array_to_string(p.roles, ', ')) as detail,
  'Say which rows are theirs, or name service_role alone.' as remedy
from pg_catalog.pg_policies as p
where (p.schemaname !~ current_setting('checks.platform_schemas') or p.schemaname in ('realtime', 'storage'))
  and p.permissive = 'PERMISSIVE'
  and p.roles && array['public', 'anon', 'authenticated']::name[]
  and (
    (p.cmd in ('ALL', 'UPDATE', 'DELETE') and p.qual ~ '^[[:space:](]*(true|1 = 1)[[:space:])]*$')
    or (p.cmd in ('ALL', 'INSERT', 'UPDATE') and p.with_check ~ '^[[:space:](]*(true|1 = 1)[[:space:])]*$')
  )
order by object
