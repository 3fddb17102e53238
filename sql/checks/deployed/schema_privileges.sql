-- Who may look into a schema, or make objects in it, in effect. One row per schema and role, also for nothing.
select
  n.nspname as schema,
  r.name as role,
  array(
    select k.privilege from unnest(array['CREATE', 'USAGE']) as k (privilege)
    where pg_catalog.has_schema_privilege(r.name, n.oid, k.privilege)
  ) as privileges
from pg_catalog.pg_namespace as n
cross join unnest(%(roles)s::name[]) as r (name)
where r.name = 'public' or r.name in (select rolname from pg_catalog.pg_roles)
