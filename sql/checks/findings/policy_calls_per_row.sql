-- Finds: a policy that asks who is signed in once for every row, not once a statement.
-- Refused at preview: a policy that calls auth's functions, a function of schema private or current_setting outside
-- of (select ...).
-- Supabase's linter: auth_rls_initplan (there one wrapped call hides the others).
with conditions as (
  select
    p.schemaname,
    p.tablename,
    p.policyname,
    -- Without texts, and without sub-selects that read no table: those run once.
    regexp_replace(
      regexp_replace(clause.condition, '''([^'']|'''')*''', '''''', 'g'),
      current_setting('checks.constant_select'),
      '', 'g'
    ) as per_row
  from pg_catalog.pg_policies as p
  cross join lateral (values (p.qual), (p.with_check)) as clause (condition)
  where (p.schemaname !~ current_setting('checks.platform_schemas') or p.schemaname in ('realtime', 'storage'))
),
-- What asks about the session: functions without arguments whose answer is no constant.
helpers as (
  select distinct
    c.relnamespace::regnamespace::text as schemaname,
    c.relname,
    policy.polname,
    f.proname::text,
    '(^|[^[:alnum:]_])' || regexp_replace(quote_ident(f.proname), '([^[:alnum:]_])', '\\\1', 'g') || '[(][)]' as call
  from pg_catalog.pg_policy as policy
  join pg_catalog.pg_class as c on c.oid = policy.polrelid
  join pg_catalog.pg_depend as d
    on d.classid = 'pg_policy'::regclass and d.objid = policy.oid and d.refclassid = 'pg_proc'::regclass
  join pg_catalog.pg_proc as f on f.oid = d.refobjid and f.pronargs = 0 and f.provolatile <> 'i'
  union all
  select c.relnamespace::regnamespace::text, c.relname, policy.polname, 'current_setting', 'current_setting[(]'
  from pg_catalog.pg_policy as policy
  join pg_catalog.pg_class as c on c.oid = policy.polrelid
)
select
  'policy_calls_per_row' as check,
  'warning' as level,
  format('policy %I on %I.%I', c.policyname, c.schemaname, c.tablename) as object,
  format('it calls %s for every row', string_agg(distinct h.proname, ', ' order by h.proname)) as detail,
  'Write (select helper()): the server then calls it once a statement.' as remedy
from conditions as c
join helpers as h
  on h.schemaname = quote_ident(c.schemaname) and h.relname = c.tablename and h.polname = c.policyname
  and c.per_row ~ h.call
group by c.schemaname, c.tablename, c.policyname
order by object
