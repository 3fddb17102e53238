-- Finds: a view of an exposed schema by which end users read auth.users with another's rights, directly or through
-- views.
-- Refused at preview: a View of schema public with securityInvoker off and a grant to end users.
-- Supabase's linter: auth_users_exposed.
with recursive readers (relation, raised) as (
  select rule.ev_class, viewed.raised
  from pg_catalog.pg_depend as d
  join pg_catalog.pg_rewrite as rule on rule.oid = d.objid
  join viewed on viewed.oid = rule.ev_class
  where d.classid = 'pg_rewrite'::regclass
    and d.refclassid = 'pg_class'::regclass
    and d.refobjid = (
      -- Not by to_regclass, which raises where the role may not look into the schema.
      select c.oid
      from pg_catalog.pg_class as c
      join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = 'auth' and c.relname = 'users'
    )
  union
  select rule.ev_class, readers.raised or viewed.raised
  from readers
  join pg_catalog.pg_depend as d
    on d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = readers.relation
  join pg_catalog.pg_rewrite as rule on rule.oid = d.objid and rule.ev_class <> readers.relation
  join viewed on viewed.oid = rule.ev_class
),
-- Whether a relation reads with its owner's rights.
viewed as (
  select c.oid, c.relkind = 'm' or not coalesce(
    (
      select option.option_value::boolean
      from pg_catalog.pg_options_to_table(c.reloptions) as option
      where option.option_name = 'security_invoker'
    ),
    false
  ) as raised
  from pg_catalog.pg_class as c
  where c.relkind in ('v', 'm')
)
select
  'accounts_exposed' as check,
  'error' as level,
  format('%I.%I', n.nspname, c.relname) as object,
  format('%s read accounts through it', string_agg(distinct reader.role, ' and ' order by reader.role)) as detail,
  'Show a table of profiles instead, with policies, or revoke the grant.' as remedy
from readers
join pg_catalog.pg_class as c on c.oid = readers.relation
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join (values ('anon'), ('authenticated')) as reader (role)
where readers.raised
  and n.nspname = any (string_to_array(current_setting('checks.exposed_schemas'), ','))
  and has_any_column_privilege(reader.role, c.oid, 'select')
group by n.nspname, c.relname
order by object
