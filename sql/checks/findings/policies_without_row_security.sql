-- Finds: a table whose policies do not count, for row level security is off.
-- Refused at preview: a TableAccess with policies and row level security off.
-- Supabase's linter: policy_exists_rls_disabled.
select
  'policies_without_row_security' as check,
  'error' as level,
  format('%I.%I', n.nspname, c.relname) as object,
  format('%s policies are written and none is applied', count(*)) as detail,
  'Turn row level security on, or drop the policies.' as remedy
from pg_catalog.pg_policy as p
join pg_catalog.pg_class as c on c.oid = p.polrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where not c.relrowsecurity
  and n.nspname !~ current_setting('checks.platform_schemas')
group by n.nspname, c.relname
order by object
