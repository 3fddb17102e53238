-- Finds: TRUNCATE, TRIGGER or REFERENCES in the hands of end users: no policy holds them back.
-- Refused at preview: a grant of TRUNCATE, TRIGGER, REFERENCES, MAINTAIN or ALL to end users, on any table or view.
-- Supabase's linter: none.
select
  'grants_past_policies' as check,
  case when bool_or(held.privilege = 'TRUNCATE') then 'error' else 'warning' end as level,
  format('%I.%I', n.nspname, c.relname) as object,
  format(
    '%s: %s, which no policy holds back',
    string_agg(distinct reader.role, ' and ' order by reader.role),
    string_agg(distinct held.privilege, ', ' order by held.privilege)
  ) as detail,
  'Revoke all from anon, authenticated and PUBLIC, then grant what they need by name.' as remedy
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join (values ('anon'), ('authenticated')) as reader (role)
cross join (values ('TRUNCATE'), ('TRIGGER'), ('REFERENCES')) as held (privilege)
where c.relkind in ('r', 'p')
  and n.nspname !~ current_setting('checks.platform_schemas')
  and has_schema_privilege(reader.role, n.oid, 'usage')
  and has_table_privilege(reader.role, c.oid, held.privilege)
group by n.nspname, c.relname
order by object
