-- Indexes of the schemas asked about. Not valid or not ready: a build was broken off, and no query uses it.
select
  n.nspname as schema,
  c.relname as relation,
  x.relname as name,
  i.indisvalid and i.indisready and i.indislive as usable,
  i.indisunique as unique,
  m.amname as method,
  i.indpred is not null as partial,
  array(
    select pg_catalog.pg_get_indexdef(x.oid, k, false) || case when i.indoption[k - 1] & 1 = 1 then ' desc' else '' end
    from pg_catalog.generate_series(1, i.indnkeyatts) as k
    order by k
  ) as keys,
  pg_catalog.regexp_replace(pg_catalog.pg_get_indexdef(x.oid), '^.*? USING ', ' USING ') as definition
from pg_catalog.pg_index as i
join pg_catalog.pg_class as x on x.oid = i.indexrelid
join pg_catalog.pg_class as c on c.oid = i.indrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_am as m on m.oid = x.relam
where n.nspname = any (%(schemas)s)
