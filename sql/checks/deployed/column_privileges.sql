-- What each role may do in effect with single columns of tables and views.
select
  n.nspname as schema,
  c.relname as relation,
  a.attname as name,
  r.name as role,
  k.privilege
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join unnest(%(roles)s::name[]) as r (name)
cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) as k (privilege)
where c.relkind in ('r', 'p', 'v')
  and a.attnum > 0
  and not a.attisdropped
  and n.nspname = any (%(schemas)s)
  and (r.name = 'public' or r.name in (select rolname from pg_catalog.pg_roles))
  and pg_catalog.has_column_privilege(r.name, c.oid, a.attnum, k.privilege)
