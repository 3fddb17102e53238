-- Range types of the schemas asked about: whose they are, what their bounds are, and who may use them in effect.
select
  n.nspname as schema,
  t.typname as name,
  pg_catalog.pg_get_userbyid(t.typowner) as owner,
  pg_catalog.format_type(g.rngsubtype, null) as subtype,
  not o.opcdefault as has_opclass,
  g.rngcollation <> b.typcollation as has_collation,
  (
    select case x.nspname when 'pg_catalog' then '' else x.nspname || '.' end || p.proname
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as x on x.oid = p.pronamespace
    where p.oid = g.rngsubdiff
  ) as subtype_diff,
  array(
    select r.name::text
    from unnest(%(roles)s::name[]) as r (name)
    where (r.name = 'public' or r.name in (select rolname from pg_catalog.pg_roles))
      and pg_catalog.has_type_privilege(r.name, t.oid, 'USAGE')
  ) as users
from pg_catalog.pg_range as g
join pg_catalog.pg_type as t on t.oid = g.rngtypid
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
join pg_catalog.pg_type as b on b.oid = g.rngsubtype
join pg_catalog.pg_opclass as o on o.oid = g.rngsubopc
where n.nspname = any (%(schemas)s)
