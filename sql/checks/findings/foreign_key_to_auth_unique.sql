-- Finds: a foreign key to a column of schema auth other than its key: the platform may drop that column's index.
-- Refused at preview: a foreign key of a Table or TablePatch to a table of schema auth by other columns than id.
-- Supabase's linter: fkey_to_auth_unique.
select
  'foreign_key_to_auth_unique' as check,
  'error' as level,
  format('%I.%I: %I', n.nspname, c.relname, k.conname) as object,
  format('it refers to %I.%I by columns that are not its primary key', far_schema.nspname, far.relname) as detail,
  'Refer to the primary key, which is id.' as remedy
from pg_catalog.pg_constraint as k
join pg_catalog.pg_class as c on c.oid = k.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_class as far on far.oid = k.confrelid
join pg_catalog.pg_namespace as far_schema on far_schema.oid = far.relnamespace
where k.contype = 'f'
  and far_schema.nspname = 'auth'
  and n.nspname <> 'auth'
  and not exists (select from pg_catalog.pg_index as i where i.indexrelid = k.conindid and i.indisprimary)
order by object
