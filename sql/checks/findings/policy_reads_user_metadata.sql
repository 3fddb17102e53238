-- Finds: a policy that believes user_metadata, which every user writes about themselves.
-- Refused at preview: a policy that reads user_metadata.
-- Supabase's linter: rls_references_user_metadata.
select
  'policy_reads_user_metadata' as check,
  'error' as level,
  format('policy %I on %I.%I', p.policyname, p.schemaname, p.tablename) as object,
  'users may write what it reads' as detail,
  'Read app_metadata, or a table that users cannot write.' as remedy
from pg_catalog.pg_policies as p
where (p.schemaname !~ current_setting('checks.platform_schemas') or p.schemaname in ('realtime', 'storage'))
  and concat(p.qual, ' ', p.with_check) ~ 'user_meta_?data'
order by object
