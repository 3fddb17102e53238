-- Finds: a function with its owner's rights whose fixed search_path lets the caller's temporary tables come first.
-- Refused at preview: a security definer Function whose searchPath has names and does not end with pg_temp.
-- Supabase's linter: none.
select
  'definer_search_path' as check,
  'warning' as level,
  p.oid::regprocedure::text as object,
  format('%s; what is not named there last is looked for first among the caller''s temporary objects', setting)
    as detail,
  'Set search_path to nothing and qualify the names, or end it with pg_temp.' as remedy
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
cross join lateral unnest(p.proconfig) as setting
where p.prosecdef
  and n.nspname !~ current_setting('checks.platform_schemas')
  and setting ~* '^search_path='
  and setting !~* '^search_path=("")?$'
  and setting !~* 'pg_temp"?$'
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
  )
order by object
