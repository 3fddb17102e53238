-- For members and services, each as far as their rows go: one row per connector and day.
-- Ask for a span of days: `day` is not indexed, `started_at` is.
select
  log.org_id,
  log.connector_id,
  config.connector_type,
  config.name,
  (log.started_at at time zone 'UTC')::date as day,
  count(*) as syncs,
  count(*) filter (where log.status = 'success') as successful_syncs,
  count(*) filter (where log.status = 'partial') as partial_syncs,
  count(*) filter (where log.status = 'failed') as failed_syncs,
  count(*) filter (where log.sync_type = 'webhook') as webhook_syncs,
  sum(log.documents_synced) as documents_synced,
  sum(log.documents_updated) as documents_updated,
  sum(log.documents_failed) as documents_failed,
  sum(log.documents_deleted) as documents_deleted,
  sum(log.api_calls_made) as api_calls_made,
  -- What a provider says of sizes may be anything: a sum past the type is its largest value, and no error for all.
  greatest(least(sum(log.bytes_transferred), 9223372036854775807), -9223372036854775808)::bigint as bytes_transferred,
  round(avg(log.duration_ms)) as average_duration_ms
from public.connector_sync_logs as log
left join public.connector_configs as config on config.id = log.connector_id
group by log.org_id, log.connector_id, config.connector_type, config.name, (log.started_at at time zone 'UTC')::date
