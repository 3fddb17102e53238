-- While a deployment runs, and a while after it: name, value, limit (docs/review.md). An admin may have old events tried
-- again, and send what fails: of organizations that have active connectors or events, the one that would count most is
-- left out, unless there is but one. Each one's events are read by the index of what waits, and by that it is found who
-- has any: there may be events of an organization that has no connector.
with recursive unprocessed (org_id) as (
  (
    select event.org_id
    from public.connector_webhook_events as event
    where not event.processed
    order by event.org_id, event.received_at
    limit 1
  )
  union all
  select following.org_id
  from unprocessed
  cross join lateral (
    select event.org_id
    from public.connector_webhook_events as event
    where not event.processed and event.org_id > unprocessed.org_id
    order by event.org_id, event.received_at
    limit 1
  ) as following
), organization as (
  select config.is_active, oldest.received_at, failing.events as failing
  from (
    select known.org_id, bool_or(known.is_active) as is_active
    from (
      select configured.org_id, configured.is_active from public.connector_configs as configured
      union all
      select unprocessed.org_id, false from unprocessed
    ) as known
    group by known.org_id
  ) as config
  left join lateral (
    select event.received_at
    from public.connector_webhook_events as event
    where event.org_id = config.org_id
      and not event.processed
      and event.retry_count < 3
    order by event.received_at
    limit 1
  ) as oldest on true
  cross join lateral (
    select count(*) as events
    from public.connector_webhook_events as event
    where event.org_id = config.org_id
      and not event.processed
      and event.processing_error is not null
  ) as failing
), counted as (
  select
    row_number() over (order by organization.received_at nulls last) as oldest_first,
    row_number() over (order by organization.failing desc) as most_first,
    least(
      count(*) filter (
        where organization.is_active or organization.received_at is not null or organization.failing > 0
      ) over (),
      2
    ) / 2 as left_out,
    organization.received_at,
    organization.failing
  from organization
)
select
  'minutes that an event has waited which is still tried, but for the organization that waits longest'
    as name,
  coalesce(round(extract(epoch from now() - min(counted.received_at)) / 60), 0) as value,
  60 as "limit"
from counted
where counted.oldest_first > counted.left_out

union all

select
  'webhook events that wait and have failed, but for the organization that has most',
  coalesce(sum(counted.failing), 0),
  100
from counted
where counted.most_first > counted.left_out
