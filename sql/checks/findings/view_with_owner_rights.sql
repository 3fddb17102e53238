-- Finds: a view of an exposed schema that end users read with its owner's rights, past every policy.
-- Refused at preview: a View of schema public with securityInvoker off and a grant to end users.
-- Supabase's linter: security_definer_view.
select
  'view_with_owner_rights' as check,
  'error' as level,
  format('%I.%I', n.nspname, c.relname) as object,
  format('%s read it with the rights of %I', string_agg(reader.role, ' and ' order by reader.role), owner.rolname)
    as detail,
  format('Run: alter view %I.%I set (security_invoker = true).', n.nspname, c.relname) as remedy
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_roles as owner on owner.oid = c.relowner
cross join (values ('anon'), ('authenticated')) as reader (role)
where c.relkind = 'v'
  and n.nspname = any (string_to_array(current_setting('checks.exposed_schemas'), ','))
  and has_any_column_privilege(reader.role, c.oid, 'select, insert, update')
  and not coalesce(
    (
      select option.option_value::boolean
      from pg_catalog.pg_options_to_table(c.reloptions) as option
      where option.option_name = 'security_invoker'
    ),
    false
  )
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
      and c.relowner = any (current_setting('checks.extension_makers')::oid[])
  )
group by n.nspname, c.relname, owner.rolname
order by object
