-- Finds: a policy to PUBLIC: it speaks for visitors, for every role there is, and for those that will be.
-- Refused at preview: no: it may be meant.
-- Supabase's linter: none.
select
  'policy_for_everybody' as check,
  'warning' as level,
  format('policy %I on %I.%I', p.policyname, p.schemaname, p.tablename) as object,
  format('%s is allowed to every role', p.cmd) as detail,
  'Name the roles: authenticated, and anon only where visitors are meant.' as remedy
from pg_catalog.pg_policies as p
where (p.schemaname !~ current_setting('checks.platform_schemas') or p.schemaname in ('realtime', 'storage'))
  and p.permissive = 'PERMISSIVE'
  and 'public' = any (p.roles)
order by object
