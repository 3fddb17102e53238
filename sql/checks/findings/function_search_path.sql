-- Finds: a function that looks names up where its caller says, so that another object may stand in a name's place: its
-- search_path is not fixed, or is fixed and leaves the caller's temporary types and relations in front.
-- Refused at preview: a Function whose searchPath names $user, is empty or does not end with pg_temp.
-- Supabase's linter: function_search_path_mutable (it takes any fixed path for good).
select
  'function_search_path' as check,
  case when p.prosecdef or (fired.is_it and fixed.setting is null) then 'error' else 'warning' end as level,
  p.oid::regprocedure::text as object,
  case
    when fixed.setting is not null then fixed.setting || '; its caller''s temporary types and relations come first'
    when p.prosecdef then 'it runs with its owner''s rights and finds names by its caller''s search_path'
    when fired.is_it then 'others'' statements fire it, and it finds names by their search_path'
    else 'it finds names by its caller''s search_path'
  end as detail,
  'Run: alter function ... set search_path = pg_catalog, pg_temp, and qualify all other names in the body.' as remedy
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
join pg_catalog.pg_language as l on l.oid = p.prolang
cross join lateral (
  select p.prorettype in ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype) as is_it
) as fired
left join lateral (
  select setting from unnest(p.proconfig) as setting where setting ~* '^search_path=' and setting !~ '[$]user'
) as fixed on true
where p.prokind <> 'a'
  and l.lanname not in ('internal', 'c')
  and n.nspname !~ current_setting('checks.platform_schemas')
  -- What may act for others than its caller, and has a fixed path, is definer_search_path's.
  and (
    fixed.setting is null
    or not (p.prosecdef or fired.is_it) and fixed.setting !~* '[=,]\s*(pg_temp|"pg_temp")\s*$'
  )
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
      and p.proowner = any (current_setting('checks.extension_makers')::oid[])
  )
order by object
