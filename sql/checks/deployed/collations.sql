-- Collations of the schemas asked about: whose they are, and by whose rules texts are ordered.
select
  n.nspname as schema,
  l.collname as name,
  pg_catalog.pg_get_userbyid(l.collowner) as owner,
  case l.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end as provider,
  coalesce(pg_catalog.to_jsonb(l) ->> 'colllocale', pg_catalog.to_jsonb(l) ->> 'colliculocale') as locale,
  l.collcollate as lc_collate,
  l.collctype as lc_ctype,
  l.collisdeterministic as deterministic,
  pg_catalog.to_jsonb(l) ->> 'collicurules' as rules
from pg_catalog.pg_collation as l
join pg_catalog.pg_namespace as n on n.oid = l.collnamespace
join pg_catalog.pg_database as d on d.datname = pg_catalog.current_database()
where n.nspname = any (%(schemas)s) and l.collencoding in (-1, d.encoding)
