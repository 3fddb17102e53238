-- Finds: a relation that pg_graphql lists for end users, with all names of its columns.
-- Refused at preview: no: whether pg_graphql is installed is the platform's choice.
-- Supabase's linter: pg_graphql_anon_table_exposed, pg_graphql_authenticated_table_exposed.
select
  'graphql_shows_relation' as check,
  'note' as level,
  format('%I.%I', n.nspname, c.relname) as object,
  format('%s see it in the GraphQL schema', string_agg(reader.role, ' and ' order by reader.role)) as detail,
  'Drop the extension pg_graphql where nobody asks it, or revoke SELECT.' as remedy
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join (values ('anon'), ('authenticated')) as reader (role)
where exists (select from pg_catalog.pg_extension as e where e.extname = 'pg_graphql')
  and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and n.nspname !~ current_setting('checks.platform_schemas')
  and has_schema_privilege(reader.role, n.oid, 'usage')
  and has_any_column_privilege(reader.role, c.oid, 'select')
group by n.nspname, c.relname
order by object
