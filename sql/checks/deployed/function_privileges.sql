-- Who may call functions in effect: by grants to the role, to PUBLIC, and to roles it belongs to.
select
  n.nspname as schema,
  p.proname as name,
  pg_catalog.oidvectortypes(p.proargtypes) as types,
  r.name as role
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
cross join unnest(%(roles)s::name[]) as r (name)
where n.nspname = any (%(schemas)s)
  and (r.name = 'public' or r.name in (select rolname from pg_catalog.pg_roles))
  and pg_catalog.has_function_privilege(r.name, p.oid, 'EXECUTE')
