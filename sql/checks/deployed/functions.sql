-- Functions and procedures of the schemas asked about: with whose rights, settings and promises they run, and what they say.
select
  n.nspname as schema,
  p.proname as name,
  case p.prokind when 'p' then 'procedure' else 'function' end as kind,
  pg_catalog.oidvectortypes(p.proargtypes) as types,
  pg_catalog.pg_get_userbyid(p.proowner) as owner,
  l.lanname as language,
  p.prosecdef as security_definer,
  case p.provolatile when 'v' then 'volatile' when 's' then 'stable' else 'immutable' end as volatility,
  p.proisstrict as strict,
  coalesce(p.proconfig, '{}') as settings,
  -- Where pg_temp is not named, an empty path included, it comes first.
  coalesce(
    (select setting ~ '[=,]\s*(pg_temp|"pg_temp")\s*$' and setting !~ 'pg_temp.*pg_temp'
       from pg_catalog.unnest(p.proconfig) as setting where setting ~* '^search_path='),
    false
  ) as temporary_objects_last,
  p.prosrc as body,
  '(' || pg_catalog.pg_get_function_arguments(p.oid) || ')'
    || coalesce(' returns ' || pg_catalog.pg_get_function_result(p.oid), '') as signature
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
join pg_catalog.pg_language as l on l.oid = p.prolang
where p.prokind in ('f', 'p') and n.nspname = any (%(schemas)s)
