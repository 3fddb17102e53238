-- Finds: a schema, table, view, function, type, collation or extension of a role that is neither the deploying one (the
-- ledger's owner; else the database's) nor one that gains nothing by it: its owner may put anything in its place.
-- Refused at preview: no: not for the declaration alone, but in this database whatever is to be it, or in or upon it.
-- Supabase's linter: none.
with owned (object, schema, owner) as (
  select format('%I', n.nspname), n.nspname, n.nspowner from pg_catalog.pg_namespace as n
  union all
  select format('%I.%I', n.nspname, c.relname), n.nspname, c.relowner
  from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
  union all
  select p.oid::regprocedure::text, n.nspname, p.proowner
  from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  union all
  select format('%I.%I', n.nspname, t.typname), n.nspname, t.typowner
  from pg_catalog.pg_type as t
  join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
  left join pg_catalog.pg_class as c on c.oid = t.typrelid
  where t.typtype in ('d', 'e', 'r') or c.relkind = 'c'
  union all
  select format('collation %I.%I', n.nspname, c.collname), n.nspname, c.collowner
  from pg_catalog.pg_collation as c join pg_catalog.pg_namespace as n on n.oid = c.collnamespace
  union all
  -- Whatever is of it goes with it, whoever owns that.
  select format('extension %I', e.extname), n.nspname, e.extowner
  from pg_catalog.pg_extension as e join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
)
select
  'owned_by_another_role' as check,
  'error' as level,
  o.object,
  format('it belongs to %s, who may put anything in its place', o.owner::regrole) as detail,
  format('If it is not meant, hand it over: alter ... owner to %s, an extension by reassign owned.',
    current_setting('checks.deploying')) as remedy
from owned as o
where o.schema !~ current_setting('checks.platform_schemas')
  and o.owner <> all (current_setting('checks.trusted_owners')::oid[])
order by o.object
