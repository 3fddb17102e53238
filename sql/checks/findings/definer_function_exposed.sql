-- Finds: a function of an exposed schema that end users call with its owner's rights.
-- Refused at preview: a security definer Function of schema public.
-- Supabase's linter: anon_security_definer_function_executable, authenticated_security_definer_function_executable.
select
  'definer_function_exposed' as check,
  'error' as level,
  p.oid::regprocedure::text as object,
  format('%s call it with the rights of %I', string_agg(caller.role, ' and ' order by caller.role), owner.rolname)
    as detail,
  'Let it be security invoker; what needs more rights goes to a schema that the API does not offer, and checks there.'
    as remedy
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
join pg_catalog.pg_roles as owner on owner.oid = p.proowner
cross join (values ('anon'), ('authenticated')) as caller (role)
where p.prosecdef
  and n.nspname = any (string_to_array(current_setting('checks.exposed_schemas'), ','))
  and has_function_privilege(caller.role, p.oid, 'execute')
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
      and p.proowner = any (current_setting('checks.extension_makers')::oid[])
  )
group by p.oid, owner.rolname
order by object
