-- Callable by service_role, by way of the claims. Organizations that have waiting rows go in, and come out in the order
-- in which they are served: the one that was served longest ago first. Nothing that a member writes has a say in it.
select coalesce(array_agg(asked.org_id order by turn.served_at nulls first, asked.org_id), '{}')
from (select distinct given.org_id from unnest(in_turn.organizations) as given (org_id)) as asked
left join lateral (
  select max(known.served_at) as served_at
  from private.queue_turns as known
  where known.org_id = asked.org_id and known.queue = in_turn.queue
) as turn on true
