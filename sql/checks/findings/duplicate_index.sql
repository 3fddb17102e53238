-- Finds: an index that another one of the same table does all the work of.
-- Refused at preview: a Table with two indexes that differ by name alone, or one that a key of the table already has.
-- Supabase's linter: duplicate_index (that one does not compare plain with unique).
with indexes as (
  select
    i.*,
    c.relname,
    c.relam,
    pg_catalog.pg_get_expr(i.indexprs, i.indrelid) as expressions,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate,
    exists (select from pg_catalog.pg_constraint as k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
      as kept
  from pg_catalog.pg_index as i
  join pg_catalog.pg_class as c on c.oid = i.indexrelid
  where not c.relispartition
)
select
  'duplicate_index' as check,
  'warning' as level,
  format('%I.%I', n.nspname, spare.relname) as object,
  format('%I does the same on %I.%I', better.relname, n.nspname, c.relname) as detail,
  format('Run: drop index concurrently %I.%I.', n.nspname, spare.relname) as remedy
from indexes as spare
join indexes as better
  on better.indrelid = spare.indrelid
  and better.indexrelid <> spare.indexrelid
  and better.relam = spare.relam
  and better.indnkeyatts = spare.indnkeyatts
  and better.indkey = spare.indkey
  and better.indclass = spare.indclass
  and better.indcollation = spare.indcollation
  and better.indoption = spare.indoption
  and better.expressions is not distinct from spare.expressions
  and better.predicate is not distinct from spare.predicate
  and better.indisvalid
  -- A constraint's index stays, a unique one says more than a plain one, and of two equals the older stays.
  and (better.kept, better.indisunique, spare.indexrelid) > (spare.kept, spare.indisunique, better.indexrelid)
join pg_catalog.pg_class as c on c.oid = spare.indrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where not spare.kept
  and (better.indisunique or not spare.indisunique)
  and n.nspname !~ current_setting('checks.platform_schemas')
order by object
