-- While a deployment runs, and a while after it: name, value, limit (docs/review.md). Each is read by an index.
select
  'percent of the active connectors that fail' as name,
  coalesce(
    round(
      100.0 * count(*) filter (where config.sync_status = 'error' or config.last_sync_status = 'failed')
      / nullif(count(*), 0)
    ),
    0
  ) as value,
  25 as "limit"
from public.connector_configs as config
where config.is_active

union all

select
  'minutes that the sync which is due longest has waited',
  coalesce(round(extract(epoch from now() - min(config.next_sync_at)) / 60), 0),
  120
from public.connector_configs as config
where config.is_active
  and config.sync_frequency <> 'manual'
  and config.next_sync_at <= now()
