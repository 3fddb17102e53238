-- Finds: a schema in which end users may create objects, and so put their own in another's place.
-- Refused at preview: a Schema that grants CREATE or ALL to end users.
-- Supabase's linter: none.
select
  'schema_open_to_makers' as check,
  'error' as level,
  format('%I', n.nspname) as object,
  format('%s may create objects in it', string_agg(reader.role, ' and ' order by reader.role)) as detail,
  format('Run: revoke create on schema %I from public, anon, authenticated.', n.nspname) as remedy
from pg_catalog.pg_namespace as n
cross join (values ('anon'), ('authenticated')) as reader (role)
where n.nspname !~ current_setting('checks.platform_schemas')
  and has_schema_privilege(reader.role, n.oid, 'create')
group by n.nspname
order by object
