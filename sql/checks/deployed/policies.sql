-- Policies of the schemas asked about, as the server's own view shows them.
select
  p.schemaname as schema,
  p.tablename as relation,
  p.policyname as name,
  p.permissive = 'PERMISSIVE' as permissive,
  p.roles::text[] as roles,
  p.cmd as command,
  p.qual as using,
  p.with_check as check
from pg_catalog.pg_policies as p
where p.schemaname = any (%(schemas)s)
