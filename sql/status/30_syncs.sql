-- Syncs
-- Of each connector type and day (UTC), the last two weeks.
select
  day, connector_type, syncs, successful, partial, failed, running,
  round(average_seconds::numeric, 1) as average_seconds, round(longest_seconds::numeric, 1) as longest_seconds
from private.monitored_syncs()
order by day desc, connector_type
