-- Callable by service_role. Each unprocessed event goes to one caller, each organization's oldest first; rows that
-- another worker is taking are skipped. Organizations take turns (private.in_turn), and share what is asked for: a flood
-- of one tenant's events delays nobody else's. An event stays taken until the lease ends or the worker sets `processed`:
-- a worker that dies delays its events and loses none. No lease (NULL) would be no claim: it is the usual one.
declare
  wanted bigint := greatest(max_events, 0);
  share bigint;
  waiting uuid[];
  owners uuid[];
  served uuid[] := '{}';
  found_now uuid[];
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
    -- One organization after the other, so that no more are locked than are taken.
    share := greatest(wanted / cardinality(waiting), 1);
    select
      coalesce(array_agg(found.id order by found.place, found.received_at), '{}'),
      coalesce(array_agg(found.org_id order by found.place, found.received_at), '{}')
    into found_now, owners
    from (
      select turn.org_id, turn.place, free.id, free.received_at
      from unnest(waiting) with ordinality as turn (org_id, place)
      cross join lateral (
        select event.id, event.received_at
        from public.connector_webhook_events as event
        where event.org_id = turn.org_id
          and not event.processed
          and (event.claimed_until is null or event.claimed_until < now())
        order by event.received_at
        limit share
        for no key update skip locked
      ) as free
      limit wanted
    ) as found;

    exit when found_now = '{}';
    update public.connector_webhook_events as event
    set claimed_until = now() + coalesce(lease, interval '5 minutes')
    where event.id = any (found_now);
    taken := taken || found_now;
    served := served || owners;
    wanted := wanted - cardinality(found_now);
    -- Who had a full share may have more; the others have nothing left.
    select coalesce(array_agg(given.org_id order by given.place), '{}') into waiting
    from (
      select owner.org_id, min(owner.place) as place
      from unnest(owners) with ordinality as owner (org_id, place)
      group by owner.org_id
      having count(*) = share
    ) as given;
  end loop;
  perform private.note_turns('events', served);

  return query
  select event.*
  from unnest(taken) with ordinality as item (id, place)
  join public.connector_webhook_events as event on event.id = item.id
  order by row_number() over (partition by event.org_id order by item.place), item.place;
end
