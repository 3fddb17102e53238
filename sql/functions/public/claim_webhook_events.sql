-- Callable by service_role. Each unprocessed event goes to one caller, each organization's oldest first; rows that
-- another worker is taking are skipped. Organizations take turns (private.in_turn), and share what is asked for: a flood
-- of one tenant's events delays nobody else's. An event stays taken until the lease ends or the worker sets `processed`:
-- a worker that dies delays its events and loses none. No lease (NULL) would be no claim: it is the usual one.
declare
  wanted bigint := greatest(max_events, 0);
  share bigint;
  waiting uuid[];
  more uuid[];
  served uuid[] := '{}';
  found_now uuid[];
  taken_now uuid[];
  taken uuid[] := '{}';
begin
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
  )
  select private.in_turn('events', array_agg(unprocessed.org_id)) into waiting
  from unprocessed;

  while wanted > 0 and waiting <> '{}' loop
    more := '{}';
    taken_now := '{}';
    for place in 1 .. cardinality(waiting) loop
      exit when wanted = 0;
      share := greatest(wanted / (cardinality(waiting) - place + 1), 1);
      select coalesce(array_agg(free.id), '{}') into found_now
      from (
        select event.id
        from public.connector_webhook_events as event
        where event.org_id = waiting[place]
          and not event.processed
          and (event.claimed_until is null or event.claimed_until < now())
        order by event.received_at
        limit share
        for no key update skip locked
      ) as free;

      continue when found_now = '{}';
      taken_now := taken_now || found_now;
      served := served || waiting[place];
      wanted := wanted - cardinality(found_now);
      if cardinality(found_now) = share then
        more := more || waiting[place];
      end if;
    end loop;
    update public.connector_webhook_events as event
    set claimed_until = now() + coalesce(lease, interval '5 minutes')
    where event.id = any (taken_now);
    taken := taken || taken_now;
    waiting := more;
  end loop;
  perform private.note_turns('events', served);

  return query
  select event.*
  from unnest(taken) with ordinality as item (id, place)
  join public.connector_webhook_events as event on event.id = item.id
  order by row_number() over (partition by event.org_id order by item.place), item.place;
end
