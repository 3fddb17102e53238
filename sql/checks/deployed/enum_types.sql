-- Enum types of the schemas asked about: whose they are, their labels in order, and who may use them in effect.
select
  n.nspname as schema,
  t.typname as name,
  pg_catalog.pg_get_userbyid(t.typowner) as owner,
  array(
    select e.enumlabel::text from pg_catalog.pg_enum as e where e.enumtypid = t.oid order by e.enumsortorder
  ) as labels,
  array(
    select r.name::text
    from unnest(%(roles)s::name[]) as r (name)
    where (r.name = 'public' or r.name in (select rolname from pg_catalog.pg_roles))
      and pg_catalog.has_type_privilege(r.name, t.oid, 'USAGE')
  ) as users
from pg_catalog.pg_type as t
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'e' and n.nspname = any (%(schemas)s)
