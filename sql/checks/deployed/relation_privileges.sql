-- What each role may do in effect with tables and views: by grants to it, to PUBLIC, and to roles it belongs to.
-- The privileges are those that this server knows: an owner's.
select
  n.nspname as schema,
  c.relname as relation,
  r.name as role,
  k.privilege_type as privilege,
  pg_catalog.has_table_privilege(r.name, c.oid, k.privilege_type || ' WITH GRANT OPTION') as grantable
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join unnest(%(roles)s::name[]) as r (name)
cross join pg_catalog.aclexplode(pg_catalog.acldefault('r', 10::oid)) as k
where c.relkind in ('r', 'p', 'v')
  and n.nspname = any (%(schemas)s)
  and (r.name = 'public' or r.name in (select rolname from pg_catalog.pg_roles))
  and pg_catalog.has_table_privilege(r.name, c.oid, k.privilege_type)
