-- Finds: a policy that admits every row to a session without a user: "auth.uid() is null or ...".
-- Refused at preview: a permissive policy for end users with such an alternative.
-- Supabase's linter: rls_policy_null_auth_disjunct.
with conditions as (
  select
    p.*,
    -- Without texts; a claim or a helper asked for NULL becomes a mark.
    regexp_replace(
      regexp_replace(
        regexp_replace(clause.condition, '''([^'']|'''')*''', '''''', 'g'),
        '[(] SELECT ([^()]*[(][^()]*[)][^()]*?|[(][^()]*[(][^()]*[)][^()]*[)][^()]*?)( AS [^()]*)?[)]', '\1', 'g'
      ),
      '[(]NOT [(]+([a-z_]+[.][a-z_]+|current_setting)[(][^()]*[)][^()]*[)]* IS NOT NULL[)]+'
      '|[(]+([a-z_]+[.][a-z_]+|current_setting)[(][^()]*[)][^()]*[)]* IS NULL[)]',
      '@', 'g'
    ) as marked
  from pg_catalog.pg_policies as p
  cross join lateral (values (p.qual), (p.with_check)) as clause (condition)
  where (p.schemaname !~ current_setting('checks.platform_schemas') or p.schemaname in ('realtime', 'storage'))
    and p.permissive = 'PERMISSIVE'
    and p.roles && array['public', 'anon', 'authenticated']::name[]
    and clause.condition is not null
),
-- What is left when all that stands in parentheses is taken away: the outermost and, or.
outermost as (
  select
    c.*,
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
      regexp_replace(c.marked, '^[(](.*)[)]$', '\1'),
      '[(][^()]*[)]', '', 'g'), '[(][^()]*[)]', '', 'g'), '[(][^()]*[)]', '', 'g'),
      '[(][^()]*[)]', '', 'g'), '[(][^()]*[)]', '', 'g'), '[(][^()]*[)]', '', 'g') as words
  from conditions as c
)
select distinct
  'policy_true_when_signed_out' as check,
  'error' as level,
  format('policy %I on %I.%I', o.policyname, o.schemaname, o.tablename) as object,
  'a session without a user passes it for every row' as detail,
  'Leave the alternative out: where nobody is signed in, the comparison is not true, and no row is shown.' as remedy
from outermost as o
where o.words ~ '@' and o.words !~ '[[:<:]]AND[[:>:]]'
order by object
