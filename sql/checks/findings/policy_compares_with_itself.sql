-- Finds: a policy whose IN (select column from ...) means the row's own column, for the other table has none of that
-- name, so that it is true for every row.
-- Refused at preview: an IN (select column from ...) whose column is not qualified.
-- Supabase's linter: none.
select
  'policy_compares_with_itself' as check,
  'error' as level,
  format('policy %I on %I.%I', p.policyname, p.schemaname, p.tablename) as object,
  'its sub-select gives a column of the row itself, so that the comparison is always true' as detail,
  'Give the other table an alias, and qualify every column with it.' as remedy
from pg_catalog.pg_policies as p
-- Where the sub-select reads the same table, the server spells the inner one as table_1.
where (p.schemaname !~ current_setting('checks.platform_schemas') or p.schemaname in ('realtime', 'storage'))
  and concat(p.qual, ' ', p.with_check) ~ (
    ' (IN|= ANY) [(] SELECT ' || regexp_replace(quote_ident(p.tablename), '([^[:alnum:]_])', '\\\1', 'g')
    || '[.]([[:alnum:]_]+|"([^"]|"")*")[[:space:]]+FROM '
  )
order by object
