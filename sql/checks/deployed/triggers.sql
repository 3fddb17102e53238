-- Triggers of the schemas asked about. Enabled as 'O' they fire for everybody; 'D' never, 'R' and 'A' by replication.
select
  n.nspname as schema,
  c.relname as relation,
  t.tgname as name,
  t.tgenabled::text as enabled,
  fn.nspname || '.' || f.proname as function,
  pg_catalog.pg_get_triggerdef(t.oid) as definition
from pg_catalog.pg_trigger as t
join pg_catalog.pg_class as c on c.oid = t.tgrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_proc as f on f.oid = t.tgfoid
join pg_catalog.pg_namespace as fn on fn.oid = f.pronamespace
where not t.tgisinternal and n.nspname = any (%(schemas)s)
