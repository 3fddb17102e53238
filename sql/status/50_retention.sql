-- Retention
-- The oldest row of what is deleted on a schedule, and for how many days it is past its time.
select
  what, kept_days, oldest_at,
  greatest(0, round((extract(epoch from now() - oldest_at) / 86400 - kept_days)::numeric, 1)) as days_behind
from private.monitored_retention()
