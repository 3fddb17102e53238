-- For members and services, each as far as their rows go: one row per connector.
select
  config.id as connector_id,
  config.org_id,
  config.connector_type,
  config.name,
  config.is_active,
  config.sync_status,
  config.sync_frequency,
  config.last_sync_at,
  config.last_sync_status,
  config.next_sync_at,
  config.error_count,
  config.last_error,
  config.last_error_at,
  config.webhook_active,
  week.syncs as syncs_of_week,
  week.failed_syncs as failed_syncs_of_week,
  week.documents as documents_of_week,
  week.average_duration_ms,
  case
    when config.is_active is not true then 'paused'
    when config.sync_status = 'error' or config.last_sync_status = 'failed' then 'failing'
    when config.sync_frequency <> 'manual' and config.next_sync_at < now() - interval '1 hour' then 'overdue'
    when config.error_count > 0 or config.last_sync_status = 'partial' then 'degraded'
    when config.last_sync_at is null then 'never synced'
    else 'healthy'
  end as health
from public.connector_configs as config
cross join lateral (
  select
    count(*) as syncs,
    count(*) filter (where log.status = 'failed') as failed_syncs,
    coalesce(sum(log.documents_synced), 0) as documents,
    round(avg(log.duration_ms)) as average_duration_ms
  from public.connector_sync_logs as log
  where log.connector_id = config.id
    and log.started_at >= now() - interval '7 days'
) as week
