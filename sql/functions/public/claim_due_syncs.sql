-- Callable by service_role. Each due connector goes to one caller: rows that another worker is taking are
-- skipped, and a taken one is due again only at its next date. A worker that dies costs one sync, not all.
-- Organizations take turns (private.in_turn), and share what is asked for: no date that a tenant's admin writes, and no
-- number of connectors, puts a tenant before another.
-- A connector that is still syncing is left alone, unless nothing has been written to it for six hours. Of each
-- organization no more than its first thousand beyond what it gets are looked through for one that may be taken.
-- A date before 1970, which not every client can read, is given as 1970.
-- `no key update`: a sync log that refers to the connector is no reason to skip it.
declare
  wanted bigint := greatest(max_connectors, 0);
  share bigint;
  waiting uuid[];
  owners uuid[];
  served uuid[] := '{}';
  found_now uuid[];
  due_now timestamptz[];
  taken uuid[] := '{}';
  due timestamptz[] := '{}';
begin
  with recursive earliest (org_id, due) as (
    (
      select config.org_id, config.next_sync_at
      from public.connector_configs as config
      where config.is_active = true and config.sync_frequency <> 'manual'
      order by config.org_id, config.next_sync_at
      limit 1
    )
    union all
    select following.org_id, following.next_sync_at
    from earliest
    cross join lateral (
      select config.org_id, config.next_sync_at
      from public.connector_configs as config
      where config.is_active = true and config.sync_frequency <> 'manual' and config.org_id > earliest.org_id
      order by config.org_id, config.next_sync_at
      limit 1
    ) as following
  )
  select private.in_turn('syncs', array_agg(earliest.org_id)) into waiting
  from earliest
  where earliest.due <= now();

  while wanted > 0 and waiting <> '{}' loop
    -- One organization after the other, so that no more are locked than are taken.
    share := greatest(wanted / cardinality(waiting), 1);
    select
      coalesce(array_agg(found.id order by found.place, found.next_sync_at), '{}'),
      coalesce(array_agg(found.org_id order by found.place, found.next_sync_at), '{}'),
      coalesce(array_agg(found.next_sync_at order by found.place, found.next_sync_at), '{}')
    into found_now, owners, due_now
    from (
      select turn.org_id, turn.place, free.id, free.next_sync_at
      from unnest(waiting) with ordinality as turn (org_id, place)
      cross join lateral (
        select locked.id, locked.next_sync_at
        from (
          select config.id
          from public.connector_configs as config
          where config.org_id = turn.org_id
            and config.is_active = true
            and config.sync_frequency <> 'manual'
            and config.next_sync_at <= now()
          order by config.next_sync_at
          limit share + 1000
        ) as earlier
        cross join lateral (
          select config.id, config.next_sync_at
          from public.connector_configs as config
          where config.id = earlier.id
            and (config.sync_status is distinct from 'syncing' or config.updated_at < now() - interval '6 hours')
            and config.is_active = true
            and config.sync_frequency <> 'manual'
            and config.next_sync_at <= now()
          for no key update skip locked
        ) as locked
        limit share
      ) as free
      limit wanted
    ) as found;

    exit when found_now = '{}';
    update public.connector_configs as config
    set next_sync_at = now() + case config.sync_frequency
      when 'hourly' then interval '1 hour'
      when 'daily' then interval '1 day'
      else interval '7 days'
    end
    where config.id = any (found_now);
    taken := taken || found_now;
    due := due || due_now;
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
  perform private.note_turns('syncs', served);

  return query
  select config.id, config.org_id, config.connector_type, config.sync_frequency,
    greatest(item.due_at, timestamptz '1970-01-01 00:00:00Z'), config.next_sync_at
  from unnest(taken, due) with ordinality as item (id, due_at, place)
  join public.connector_configs as config on config.id = item.id
  order by row_number() over (partition by config.org_id order by item.place), item.place;
end
