-- Domains of the schemas asked about: whose they are, over what, what they admit, and who may use them in effect.
select
  n.nspname as schema,
  t.typname as name,
  pg_catalog.pg_get_userbyid(t.typowner) as owner,
  pg_catalog.format_type(t.typbasetype, t.typtypmod) as type,
  not t.typnotnull as nullable,
  t.typdefault is not null as has_default,
  pg_catalog.pg_get_expr(t.typdefaultbin, 0) as default,
  array(
    select k.conname::text || case when k.convalidated then '' else ' (not proven)' end
    from pg_catalog.pg_constraint as k
    where k.contypid = t.oid and k.contype = 'c'
    order by k.conname
  ) as checks,
  coalesce((
    select pg_catalog.jsonb_object_agg(k.conname, pg_catalog.pg_get_expr(k.conbin, 0))
    from pg_catalog.pg_constraint as k
    where k.contypid = t.oid and k.contype = 'c'
  ), '{}') as expressions,
  array(
    select r.name::text
    from unnest(%(roles)s::name[]) as r (name)
    where (r.name = 'public' or r.name in (select rolname from pg_catalog.pg_roles))
      and pg_catalog.has_type_privilege(r.name, t.oid, 'USAGE')
  ) as users
from pg_catalog.pg_type as t
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
where t.typtype = 'd' and n.nspname = any (%(schemas)s)
