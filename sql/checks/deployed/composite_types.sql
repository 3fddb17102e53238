-- Composite types of the schemas asked about: whose they are, their attributes in order, who may use them in effect.
select
  n.nspname as schema,
  t.typname as name,
  pg_catalog.pg_get_userbyid(t.typowner) as owner,
  array(
    select a.attname::text || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
    from pg_catalog.pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    order by a.attnum
  ) as attributes,
  array(
    select r.name::text
    from unnest(%(roles)s::name[]) as r (name)
    where (r.name = 'public' or r.name in (select rolname from pg_catalog.pg_roles))
      and pg_catalog.has_type_privilege(r.name, t.oid, 'USAGE')
  ) as users
from pg_catalog.pg_type as t
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
join pg_catalog.pg_class as c on c.oid = t.typrelid and c.relkind = 'c'
where n.nspname = any (%(schemas)s)
