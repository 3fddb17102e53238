-- Finds: a table of an exposed schema, or of storage, that end users reach while row level security is off.
-- Refused at preview: a TableAccess of schema public with row level security off and a grant to end users.
-- Supabase's linter: rls_disabled_in_public.
select
  'row_security_off' as check,
  'error' as level,
  format('%I.%I', n.nspname, c.relname) as object,
  format('row level security is off, and %s may reach every row', string_agg(reader.role, ' and ' order by reader.role))
    as detail,
  'Turn row level security on and say by policies which rows are whose, or revoke the grants.' as remedy
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join (values ('anon'), ('authenticated')) as reader (role)
where c.relkind in ('r', 'p')
  and not c.relrowsecurity
  and (n.nspname = 'storage' or n.nspname = any (string_to_array(current_setting('checks.exposed_schemas'), ',')))
  and (
    has_any_column_privilege(reader.role, c.oid, 'select, insert, update')
    or has_table_privilege(reader.role, c.oid, 'delete, truncate')
  )
group by n.nspname, c.relname
order by object
