-- Triggers of the schemas asked about. Enabled as 'O' they fire for everybody; 'D' never, 'R' and 'A' by replication.
select
  n.nspname as schema,
  c.relname as relation,
  t.tgname as name,
  t.tgenabled::text as enabled,
  case when t.tgtype & 2 > 0 then 'before' when t.tgtype & 64 > 0 then 'instead of' else 'after' end as timing,
  array(
    select e.name
    from (values (4, 'insert'), (16, 'update'), (8, 'delete'), (32, 'truncate')) as e (bit, name)
    where t.tgtype & e.bit > 0
    order by e.name
  ) as events,
  fn.nspname || '.' || f.proname as function,
  pg_catalog.pg_get_triggerdef(t.oid) as definition
from pg_catalog.pg_trigger as t
join pg_catalog.pg_class as c on c.oid = t.tgrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_proc as f on f.oid = t.tgfoid
join pg_catalog.pg_namespace as fn on fn.oid = f.pronamespace
where not t.tgisinternal and n.nspname = any (%(schemas)s)
