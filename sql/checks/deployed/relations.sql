-- Tables, views and materialized views of the schemas asked about: what they are, whose, and how their rows are protected.
select
  n.nspname as schema,
  c.relname as name,
  c.relkind::text as kind,
  pg_catalog.pg_get_userbyid(c.relowner) as owner,
  c.relrowsecurity as row_security,
  c.relforcerowsecurity as forced,
  coalesce(c.reloptions, '{}') as options,
  case when c.relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(c.oid) end as query
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm') and n.nspname = any (%(schemas)s)
