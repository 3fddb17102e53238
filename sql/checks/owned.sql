-- What the stacks of this database declare, spelled as the checks spell the objects of their findings.
-- A policy written by hand on a table whose access a stack declares is that stack's business too.
with declared as (
  select parts.name[1] as kind, parts.name[2:] as name
  from supaschema.recorded as object
  cross join lateral (
    select array_agg(part.value order by part.position) as name
    from jsonb_array_elements_text(object.object::jsonb) with ordinality as part (value, position)
  ) as parts
)
select
  case
    when kind = 'policy' then format('policy %I on %I.%I', name[3], name[1], name[2])
    when kind = 'bucket' then format('bucket %L', name[1])
    when kind = 'function' then format('%I.%I(%s)', name[1], name[2], replace(name[3], ', ', ','))
    when kind = 'constraint' then format('%I.%I: %I', name[1], name[2], name[3])
    when kind = 'index' then format('%I.%I', name[1], name[3])
    when kind in ('column', 'column_grants') then format('%I.%I.%I', name[1], name[2], name[3])
    when cardinality(name) = 2 then format('%I.%I', name[1], name[2])
    when kind = 'schema' then format('%I', name[1])
  end as object
from declared
union
select format('policy %I on %I.%I', p.policyname, p.schemaname, p.tablename)
from pg_catalog.pg_policies as p
join declared as d on d.kind = 'row_security' and d.name = array[p.schemaname, p.tablename]::text[]
