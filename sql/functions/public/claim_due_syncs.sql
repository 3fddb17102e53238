-- Callable by service_role. Each due connector goes to one caller: rows that another worker is taking are
-- skipped, and a taken one is due again only at its next date. A worker that dies costs one sync, not all.
-- A connector that is still syncing is left alone, unless nothing has been written to it for six hours.
-- `no key update`: a sync log that refers to the connector is no reason to skip it.
with due as (
  select config.id, config.next_sync_at
  from public.connector_configs as config
  where config.is_active = true
    and config.sync_frequency <> 'manual'
    and config.next_sync_at <= now()
    and (config.sync_status is distinct from 'syncing' or config.updated_at < now() - interval '6 hours')
  order by config.next_sync_at
  limit greatest(max_connectors, 0)
  for no key update skip locked
),
taken as (
  update public.connector_configs as config
  set next_sync_at = now() + case config.sync_frequency
    when 'hourly' then interval '1 hour'
    when 'daily' then interval '1 day'
    else interval '7 days'
  end
  from due
  where config.id = due.id
  returning config.id, config.org_id, config.connector_type, config.sync_frequency, due.next_sync_at as due_at,
    config.next_sync_at
)
select taken.id, taken.org_id, taken.connector_type, taken.sync_frequency, taken.due_at, taken.next_sync_at
from taken
order by taken.due_at
