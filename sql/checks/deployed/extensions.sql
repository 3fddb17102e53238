-- Extensions, each with the schema that its objects are in.
select
  e.extname as name,
  n.nspname as schema
from pg_catalog.pg_extension as e
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
