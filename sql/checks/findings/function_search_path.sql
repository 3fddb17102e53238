-- Finds: a function that looks names up where its caller says: another object may stand in a name's place.
-- Refused at preview: a Function whose searchPath names $user.
-- Supabase's linter: function_search_path_mutable.
select
  'function_search_path' as check,
  'warning' as level,
  p.oid::regprocedure::text as object,
  case when p.prosecdef then 'it runs with its owner''s rights and finds names by its caller''s search_path'
    else 'it finds names by its caller''s search_path' end as detail,
  'Set it: alter function ... set search_path = '''', and qualify the names in the body.' as remedy
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
join pg_catalog.pg_language as l on l.oid = p.prolang
where p.prokind <> 'a'
  and l.lanname not in ('internal', 'c')
  and n.nspname !~ current_setting('checks.platform_schemas')
  and not exists (select from unnest(p.proconfig) as setting where setting ~* '^search_path=' and setting !~ '[$]user')
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
  )
order by object
