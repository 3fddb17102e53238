-- Event triggers, each with what fires it, the function that it calls, and in which sessions.
select
  e.evtname as name,
  e.evtevent as event,
  array(select tag from pg_catalog.unnest(e.evttags) as tag order by tag) as tags,
  n.nspname || '.' || p.proname as function,
  case e.evtenabled when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica' else 'always' end as enabled
from pg_catalog.pg_event_trigger as e
join pg_catalog.pg_proc as p on p.oid = e.evtfoid
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
