-- Finds: a materialized view of an exposed schema that end users read: no policy can be written for it.
-- Refused at preview: a MaterializedView of schema public with a grant to end users.
-- Supabase's linter: materialized_view_in_api.
select
  'materialized_view_exposed' as check,
  'warning' as level,
  format('%I.%I', n.nspname, c.relname) as object,
  format('%s read all of it', string_agg(reader.role, ' and ' order by reader.role)) as detail,
  'Move it to a schema that the API does not offer, and read it through a view or function that filters.'
    as remedy
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join (values ('anon'), ('authenticated')) as reader (role)
where c.relkind = 'm'
  and n.nspname = any (string_to_array(current_setting('checks.exposed_schemas'), ','))
  and has_any_column_privilege(reader.role, c.oid, 'select')
group by n.nspname, c.relname
order by object
