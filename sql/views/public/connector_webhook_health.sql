-- For services and admins: one row per connector that has events waiting or had any within a day.
-- Other members read no events, so they get no rows. Both halves are read by their index.
select
  event.org_id,
  event.connector_id,
  count(*) filter (where not event.processed) as waiting,
  min(event.received_at) filter (where not event.processed) as oldest_waiting_at,
  count(*) filter (where not event.processed and event.retry_count > 0) as retried,
  count(*) filter (where not event.processed and event.processing_error is not null) as failing,
  count(*) filter (where event.received_at >= now() - interval '1 day') as received_today
from public.connector_webhook_events as event
where not event.processed
  or event.received_at >= now() - interval '1 day'
group by event.org_id, event.connector_id
