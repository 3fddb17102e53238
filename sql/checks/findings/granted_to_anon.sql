-- Finds: a relation of an exposed schema on which those who are not signed in hold a grant.
-- Refused at preview: no: public sites exist; the report of a preview names every grant.
-- Supabase's linter: none.
select
  'granted_to_anon' as check,
  case when bool_or(held.privilege <> 'SELECT') then 'warning' else 'note' end as level,
  format('%I.%I', n.nspname, c.relname) as object,
  format('anon holds %s', string_agg(held.privilege, ', ' order by held.privilege)) as detail,
  'Revoke it from anon and PUBLIC, unless visitors are meant to do that.' as remedy
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) as held (privilege)
where c.relkind in ('r', 'p', 'v', 'm', 'f')
  and n.nspname = any (string_to_array(current_setting('checks.exposed_schemas'), ','))
  and (
    has_table_privilege('anon', c.oid, held.privilege)
    or (held.privilege <> 'DELETE' and has_any_column_privilege('anon', c.oid, held.privilege))
  )
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
      and c.relowner = any (current_setting('checks.extension_makers')::oid[])
  )
group by n.nspname, c.relname
order by object
