-- While a deployment runs, and a while after it: name, value, limit (docs/review.md). Read by the index of what waits.
select
  'minutes that the oldest webhook event has waited which is still tried' as name,
  coalesce(round(extract(epoch from now() - min(event.received_at)) / 60), 0) as value,
  60 as "limit"
from public.connector_webhook_events as event
where event.processed = false
  and event.retry_count < 3

union all

select
  'webhook events that wait and have failed',
  count(*),
  100
from public.connector_webhook_events as event
where event.processed = false
  and event.processing_error is not null
