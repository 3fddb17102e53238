-- Rows for the tables that exist only once the connector stack is up.
-- Run by role `postgres` after rows.sql; the setting `sample.events` says how many webhook events.
-- Ids as in rows.sql: md5('webhook_event:1')::uuid. Rows that exist stay as they are.

-- Of a hundred events one still waits. Delivery ids repeat across event types, as providers do.
insert into public.connector_webhook_events (
  id, org_id, connector_id, event_type, event_source, event_id, payload, headers, processed, processed_at,
  received_at
)
select
  md5('webhook_event:' || n)::uuid,
  md5('organization:' || 1 + (origin.connector - 1) / 8)::uuid,
  md5('connector:' || origin.connector)::uuid,
  (array['file.created', 'file.updated'])[1 + n % 2],
  (array['google_drive', 'notion', 'confluence', 'file_upload', 'url_import', 'slack'])[1 + origin.connector % 6],
  'delivery-' || n / 2,
  jsonb_build_object('file', 'ext-' || n),
  '{"user-agent": "sample"}'::jsonb,
  n % 100 <> 0,
  case when n % 100 <> 0 then now() - n * interval '20 seconds' end,
  now() - n * interval '30 seconds'
from generate_series(1, current_setting('sample.events')::integer) as n
cross join lateral (select 1 + n::bigint / 2 * 7919 % 10007 % 40 as connector) as origin
on conflict do nothing;

-- Fifty syncs of each connector; the newest still runs where the connector is syncing.
insert into public.connector_sync_logs (
  id, org_id, connector_id, sync_type, status, started_at, completed_at, duration_ms, documents_synced,
  documents_updated, documents_failed, documents_deleted, api_calls_made, bytes_transferred, error_message
)
select
  md5('sync_log:' || n || ':' || run)::uuid,
  md5('organization:' || 1 + (n - 1) / 8)::uuid,
  md5('connector:' || n)::uuid,
  (array['manual', 'scheduled', 'webhook'])[1 + run % 3],
  sync.status,
  now() - run * interval '6 hours',
  case when sync.status <> 'running' then now() - run * interval '6 hours' + interval '90 seconds' end,
  case when sync.status <> 'running' then 90000 end,
  run,
  run / 2,
  case sync.status when 'partial' then 3 when 'failed' then run else 0 end,
  run % 2,
  4 * run,
  1048576 * run,
  case when sync.status = 'failed' then 'token expired' end
from generate_series(1, 40) as n
cross join generate_series(1, 50) as run
cross join lateral (
  select case
    when run = 1 and n % 8 = 3 then 'running'
    when run % 10 = 7 then 'failed'
    when run % 10 = 4 then 'partial'
    else 'success'
  end as status
) as sync
on conflict do nothing;

-- Forty upload batches of each organization, in every status.
insert into public.file_upload_batches (
  id, org_id, user_id, batch_name, total_files, processed_files, failed_files, status, progress_percent,
  created_at, completed_at
)
select
  md5('batch:' || org || ':' || n)::uuid,
  md5('organization:' || org)::uuid,
  md5('user:' || org || ':' || 1 + n % 4)::uuid,
  'Batch ' || n,
  10,
  batch.done,
  case batch.status when 'failed' then 10 else 0 end,
  batch.status,
  10 * batch.done,
  now() - n * interval '1 day',
  case when batch.done = 10 then now() - n * interval '1 day' + interval '5 minutes' end
from generate_series(1, 5) as org
cross join generate_series(1, 40) as n
cross join lateral (
  select
    (array['uploading', 'processing', 'completed', 'failed'])[1 + n % 4] as status,
    (array[0, 5, 10, 10])[1 + n % 4] as done
) as batch
on conflict do nothing;

analyze public.connector_webhook_events, public.connector_sync_logs, public.file_upload_batches;
