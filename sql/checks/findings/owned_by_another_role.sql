-- Finds: a schema, table, view, function, type, collation or extension of a role that is neither the deploying one (the
-- ledger's owner; else the database's) nor one that gains nothing by it: its owner may put anything in its place, and an
-- index by an operator class of such an extension goes with that.
-- Refused at preview: no: not for the declaration alone, but in this database whatever is to be it, or in or upon it.
-- Supabase's linter: none.
with owned (object, schema, owner, part) as (
  select format('%I', n.nspname), n.nspname, n.nspowner, null::text from pg_catalog.pg_namespace as n
  union all
  select format('%I.%I', n.nspname, c.relname), n.nspname, c.relowner, null
  from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
  union all
  select p.oid::regprocedure::text, n.nspname, p.proowner, null
  from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  union all
  select format('%I.%I', n.nspname, t.typname), n.nspname, t.typowner, null
  from pg_catalog.pg_type as t
  join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
  left join pg_catalog.pg_class as c on c.oid = t.typrelid
  where t.typtype in ('d', 'e', 'r') or c.relkind = 'c'
  union all
  select format('collation %I.%I', n.nspname, c.collname), n.nspname, c.collowner, null
  from pg_catalog.pg_collation as c join pg_catalog.pg_namespace as n on n.oid = c.collnamespace
  union all
  -- Whatever is of it goes with it, whoever owns that.
  select format('extension %I', e.extname), n.nspname, e.extowner, null
  from pg_catalog.pg_extension as e join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
  union all
  select distinct format('%I.%I', n.nspname, c.relname), n.nspname, e.extowner, format('extension %I', e.extname)
  from pg_catalog.pg_index as i
  join pg_catalog.pg_class as c on c.oid = i.indexrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  join pg_catalog.pg_depend as d
    on d.classid = 'pg_catalog.pg_opclass'::regclass and d.objid = any (i.indclass) and d.deptype = 'e'
  join pg_catalog.pg_extension as e on d.refclassid = 'pg_catalog.pg_extension'::regclass and e.oid = d.refobjid
  -- Whose the table is, that one's own index is.
  where c.relowner <> e.extowner
)
select
  'owned_by_another_role' as check,
  'error' as level,
  o.object,
  case when o.part is null then format('it belongs to %s, who may put anything in its place', o.owner::regrole)
    else format('it goes with %s of %s, for it has an operator class of that', o.part, o.owner::regrole)
  end as detail,
  format('If it is not meant, hand it over: alter ... owner to %s, an extension by reassign owned.',
    current_setting('checks.deploying')) as remedy
from owned as o
where o.schema !~ current_setting('checks.platform_schemas')
  and o.owner <> all (current_setting('checks.trusted_owners')::oid[])
order by o.object
