-- Finds: a policy that compares by IN (select helper()): the server reads the whole table, for no index serves that.
-- Refused at preview: a policy with IN (select helper()).
-- Supabase's linter: none.
select
  'policy_in_helper' as check,
  'warning' as level,
  format('policy %I on %I.%I', p.policyname, p.schemaname, p.tablename) as object,
  'it compares by IN (select helper()), which no index serves' as detail,
  'Write = (select helper()), or = any (array(select helper())) where it gives several.' as remedy
from pg_catalog.pg_policies as p
where (p.schemaname !~ current_setting('checks.platform_schemas') or p.schemaname in ('realtime', 'storage'))
  -- Without texts and quoted names: what they hold is no SQL.
  and regexp_replace(concat(p.qual, ' ', p.with_check), '''([^'']|'''')*''|"([^"]|"")*"', 'x', 'g')
    ~ (' IN (?=[(] SELECT [^()]*[(])' || current_setting('checks.constant_select'))
order by object
