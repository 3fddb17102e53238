-- Finds: a foreign key that end users write while neither a policy nor a trigger looks at it: they may name a row of
-- somebody else, which can then not be deleted.
-- Refused at preview: no: grants, policies and triggers may be resources of their own.
-- Supabase's linter: none.
with written (table_id, key_name, columns, role, commands) as (
  select k.conrelid, k.conname, k.conkey, reader.role,
    array_remove(array[
      case when bool_or(has_column_privilege(reader.role, k.conrelid, c.number, 'insert')) then 'a' end,
      case when bool_or(has_column_privilege(reader.role, k.conrelid, c.number, 'update')) then 'w' end
    ], null)
  from pg_catalog.pg_constraint as k
  cross join lateral unnest(k.conkey) as c (number)
  cross join (values ('anon'), ('authenticated')) as reader (role)
  -- What goes with the row that it names, or lets go of it, holds nobody up.
  where k.contype = 'f' and k.confdeltype in ('a', 'r') and k.conparentid = 0
  group by k.oid, k.conrelid, k.conname, k.conkey, reader.role
),
policies (table_id, role, commands, columns, permissive) as (
  select p.polrelid, reader.role,
    case p.polcmd when '*' then array['a', 'w'] else array[p.polcmd::text] end,
    array(
      select d.refobjsubid::smallint
      from pg_catalog.pg_depend as d
      where d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
        and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = p.polrelid and d.refobjsubid <> 0
    ),
    p.polpermissive
  from pg_catalog.pg_policy as p
  cross join (values ('anon'), ('authenticated')) as reader (role)
  where exists (
    select from unnest(p.polroles) as admitted
    where admitted = 0 or pg_has_role(reader.role, admitted, 'usage')
  )
)
select
  'foreign_key_names_anything' as check,
  'warning' as level,
  format('%I.%I: %I', n.nspname, c.relname, w.key_name) as object,
  format(
    '%s may name any row, and nothing but its own deletion lets go of it',
    string_agg(w.role, ' and ' order by w.role)
  ) as detail,
  'Compare the column in the policies'' WITH CHECK, set it in a trigger, revoke its INSERT and UPDATE, or give the key '
  'ON DELETE CASCADE or SET NULL.' as remedy
from written as w
join pg_catalog.pg_class as c on c.oid = w.table_id
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (string_to_array(current_setting('checks.exposed_schemas'), ','))
  and has_schema_privilege(w.role, n.oid, 'usage')
  and case when c.relrowsecurity
    then exists (
      select from policies as p
      where p.table_id = w.table_id and p.role = w.role and p.permissive
        and p.commands && w.commands and not p.columns && w.columns
    ) and not exists (
      select from policies as p
      where p.table_id = w.table_id and p.role = w.role and not p.permissive
        and p.commands @> w.commands and p.columns && w.columns
    )
    else w.commands <> '{}'
  end
  and not exists (
    select from pg_catalog.pg_trigger as t
    join pg_catalog.pg_proc as f on f.oid = t.tgfoid
    join unnest(w.columns) as written (number) on true
    join pg_catalog.pg_attribute as a on a.attrelid = w.table_id and a.attnum = written.number
    where t.tgrelid = w.table_id and not t.tgisinternal and t.tgenabled <> 'D'
      and f.prosrc ~ ('\m' || regexp_replace(a.attname, '\W', '\\\&', 'g') || '\M')
  )
group by n.nspname, c.relname, w.key_name
order by object
