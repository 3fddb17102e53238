-- Finds: a function of an exposed schema that anybody calls without signing in, as every new function is.
-- Refused at preview: no: public sites exist; EXECUTE is refused to all whom a Function does not name.
-- Supabase's linter: none.
select
  'function_open_to_anon' as check,
  'warning' as level,
  p.oid::regprocedure::text as object,
  'anon may call it' as detail,
  'Revoke EXECUTE from PUBLIC and anon, then grant it to those who need it.' as remedy
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where n.nspname = any (string_to_array(current_setting('checks.exposed_schemas'), ','))
  -- A trigger's function is called by no request.
  and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
  and has_function_privilege('anon', p.oid, 'execute')
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
      and p.proowner = any (current_setting('checks.extension_makers')::oid[])
  )
order by object
