-- Finds: a table with row level security and no policy: closed to all but its owner and roles that pass by it.
-- Refused at preview: a TableAccess that grants to end users and has no policy.
-- Supabase's linter: rls_enabled_no_policy.
select
  'no_policy' as check,
  'note' as level,
  format('%I.%I', n.nspname, c.relname) as object,
  'row level security is on and no policy admits anybody' as detail,
  'Write the policy that was meant; if the table is the services'' alone, one to service_role says so.' as remedy
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p')
  and c.relrowsecurity
  and n.nspname !~ current_setting('checks.platform_schemas')
  and not exists (select from pg_catalog.pg_policy as p where p.polrelid = c.oid)
order by object
