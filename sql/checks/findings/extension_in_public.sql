-- Finds: an extension in schema public: the API offers its functions.
-- Refused at preview: no: an Extension may be declared in any schema.
-- Supabase's linter: extension_in_public.
select
  'extension_in_public' as check,
  'warning' as level,
  format('extension %I', e.extname) as object,
  'its functions and tables are in schema public' as detail,
  format('Run: alter extension %I set schema extensions; where it cannot move, drop it and create it there.', e.extname)
    as remedy
from pg_catalog.pg_extension as e
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
where n.nspname = 'public'
order by object
