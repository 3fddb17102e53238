-- Finds: a table without a primary key: its rows cannot be named, replicated or patched one by one.
-- Refused at preview: a Table without primaryKey.
-- Supabase's linter: no_primary_key.
select
  'table_without_primary_key' as check,
  'note' as level,
  format('%I.%I', n.nspname, c.relname) as object,
  'there is no primary key' as detail,
  'Add one; where no column will do, id uuid primary key default gen_random_uuid().' as remedy
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p')
  and not c.relispartition
  and n.nspname !~ current_setting('checks.platform_schemas')
  and not exists (select from pg_catalog.pg_constraint as k where k.conrelid = c.oid and k.contype = 'p')
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
      and c.relowner = any (current_setting('checks.extension_makers')::oid[])
  )
order by object
