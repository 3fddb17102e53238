-- Callable by service_role. Each unprocessed event goes to one caller, oldest first; rows that another worker
-- is taking are skipped. It stays taken until the lease ends or the worker sets `processed`: a worker that
-- dies delays its events and loses none. No lease (NULL) would be no claim: it is the usual one.
with waiting as (
  select event.id
  from public.connector_webhook_events as event
  where not event.processed
    and (event.claimed_until is null or event.claimed_until < now())
  order by event.received_at
  limit greatest(max_events, 0)
  for no key update skip locked
),
taken as (
  update public.connector_webhook_events as event
  set claimed_until = now() + coalesce(lease, interval '5 minutes')
  from waiting
  where event.id = waiting.id
  returning event.*
)
select taken.*
from taken
order by taken.received_at
