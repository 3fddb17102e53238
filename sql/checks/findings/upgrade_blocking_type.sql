-- Finds: a column whose type keeps the server from being upgraded in place: its values are numbers of one server.
-- Refused at preview: a column of such a type, in a Table or TablePatch.
-- Supabase's linter: unsupported_reg_types.
select
  'upgrade_blocking_type' as check,
  'warning' as level,
  format('%I.%I.%I', n.nspname, c.relname, a.attname) as object,
  format('pg_upgrade refuses columns of type %s', pg_catalog.format_type(a.atttypid, a.atttypmod)) as detail,
  'Store the name as text and cast it where it is used.' as remedy
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_type as t on t.oid = a.atttypid
where c.relkind in ('r', 'p', 'm')
  and a.attnum > 0
  and not a.attisdropped
  and n.nspname !~ current_setting('checks.platform_schemas')
  and coalesce(nullif(t.typelem, 0), t.oid) in (
    'regcollation'::regtype, 'regconfig'::regtype, 'regdictionary'::regtype, 'regnamespace'::regtype,
    'regoper'::regtype, 'regoperator'::regtype, 'regproc'::regtype, 'regprocedure'::regtype
  )
order by object
