-- While a deployment runs, and a while after it: name, value, limit (docs/review.md). What an admin writes of their own
-- connectors ends none: organizations count alike, and what was changed has waited since then, or since it may be taken
-- (public.claim_due_syncs). However many connectors of one organization wait for their turn, another's must wait too;
-- where there is but one that has any to wait, it counts.
select
  'percent of the active connectors that fail, on average over organizations' as name,
  coalesce(round(avg(organization.failing)), 0) as value,
  25 as "limit"
from (
  select
    100.0 * count(*) filter (where config.sync_status = 'error' or config.last_sync_status = 'failed')
    / count(*) as failing
  from public.connector_configs as config
  where config.is_active
  group by config.org_id
) as organization

union all

select
  'minutes that due syncs have waited, but for the organization that waits longest',
  coalesce(
    (
      select round(extract(epoch from now() - waiting.since) / 60)
      from (
        select due.org_id, min(due.since) as since
        from (
          select
            config.org_id,
            greatest(
              config.next_sync_at,
              config.updated_at + case config.sync_status when 'syncing' then interval '6 hours' else interval '0' end
            ) as since
          from public.connector_configs as config
          where config.is_active
            and config.sync_frequency <> 'manual'
            and config.next_sync_at <= now()
        ) as due
        where due.since <= now()
        group by due.org_id
      ) as waiting
      order by waiting.since
      limit 1
      offset (
        select least(count(distinct other.org_id), 2) / 2
        from public.connector_configs as other
        where other.is_active and other.sync_frequency <> 'manual'
      )
    ),
    0
  ),
  120
