-- Finds: an extension that the platform's images of PostgreSQL 17 no longer have: the upgrade is refused.
-- Refused at preview: no: the same declaration serves PostgreSQL 15.
-- Supabase's linter: pg17_deprecated_extensions.
select
  'extension_deprecated' as check,
  'warning' as level,
  format('extension %I', e.extname) as object,
  'images of PostgreSQL 17 and later do not have it' as detail,
  'Replace what uses it, then drop it before the upgrade.' as remedy
from pg_catalog.pg_extension as e
where e.extname in ('adminpack', 'plv8', 'timescaledb')
order by object
