-- Finds: an extension that is older than the one the server has: its fixes are not in use.
-- Refused at preview: no: no declaration states a version.
-- Supabase's linter: extension_versions_outdated.
select
  'extension_outdated' as check,
  'warning' as level,
  format('extension %I', e.extname) as object,
  format('version %s is installed, the server has %s', e.extversion, available.default_version) as detail,
  format('Run: alter extension %I update.', e.extname) as remedy
from pg_catalog.pg_extension as e
join pg_catalog.pg_available_extensions as available on available.name = e.extname
where e.extversion <> available.default_version
order by object
