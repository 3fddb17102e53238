-- Queues
-- What waits and since when. Stuck: begun and not ended for an hour (a batch: six), or tried three times (an event).
select
  queue, waiting, oldest_at, extract(epoch from now() - oldest_at)::bigint as oldest_seconds, in_work, stuck
from private.monitored_queues()
