-- For service_role: the webhook processor and its worker read and write this name, the API routes the table's.
select
  event.id,
  event.org_id,
  event.connector_id,
  event.event_type,
  event.event_source,
  event.event_id,
  event.payload,
  event.headers,
  event.processed,
  event.processed_at,
  event.processing_error,
  event.retry_count,
  event.received_at,
  event.claimed_until
from public.connector_webhook_events as event
