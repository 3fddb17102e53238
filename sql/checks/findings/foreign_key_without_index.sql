-- Finds: a foreign key that no index serves: deleting a referenced row reads the whole table.
-- Refused at preview: no: the index may be a resource of its own.
-- Supabase's linter: unindexed_foreign_keys (that one takes any partial index for good).
select
  'foreign_key_without_index' as check,
  'note' as level,
  format('%I.%I: %I', n.nspname, c.relname, k.conname) as object,
  format('no index begins with %s', string_agg(quote_ident(a.attname), ', ' order by a.attnum)) as detail,
  'Build one on these columns; a partial one serves only where it leaves out nothing but NULL.' as remedy
from pg_catalog.pg_constraint as k
join pg_catalog.pg_class as c on c.oid = k.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)
where k.contype = 'f'
  and k.conparentid = 0
  and n.nspname !~ current_setting('checks.platform_schemas')
  and not exists (
    select
    from pg_catalog.pg_index as i
    where i.indrelid = k.conrelid
      and i.indisvalid
      and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
      and (
        i.indpred is null
        or pg_catalog.pg_get_expr(i.indpred, i.indrelid) in (
          select format('(%I IS NOT NULL)', own.attname)
          from pg_catalog.pg_attribute as own
          where own.attrelid = k.conrelid and own.attnum = any (k.conkey)
        )
      )
  )
group by n.nspname, c.relname, k.conname
order by object
