-- What each role may do in effect with the sequences of the schemas asked about.
select
  n.nspname as schema,
  c.relname as name,
  r.name as role,
  k.privilege
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join unnest(%(roles)s::name[]) as r (name)
cross join unnest(array['SELECT', 'UPDATE', 'USAGE']) as k (privilege)
where c.relkind = 'S'
  and n.nspname = any (%(schemas)s)
  and (r.name = 'public' or r.name in (select rolname from pg_catalog.pg_roles))
  and pg_catalog.has_sequence_privilege(r.name, c.oid, k.privilege)
