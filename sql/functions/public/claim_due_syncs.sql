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
  more uuid[];
  served uuid[] := '{}';
  found_now uuid[];
  due_now timestamptz[];
  taken_now uuid[];
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
    more := '{}';
    taken_now := '{}';
    for place in 1 .. cardinality(waiting) loop
      exit when wanted = 0;
      share := greatest(wanted / (cardinality(waiting) - place + 1), 1);
      -- One after the other, so that no more are locked than are taken.
      with earlier as (
        select config.id
        from public.connector_configs as config
        where config.org_id = waiting[place]
          and config.is_active = true
          and config.sync_frequency <> 'manual'
          and config.next_sync_at <= now()
        order by config.next_sync_at
        limit share + 1000
      ),
      free as (
        select locked.id, locked.next_sync_at
        from earlier
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
      )
      select coalesce(array_agg(free.id), '{}'), coalesce(array_agg(free.next_sync_at), '{}') into found_now, due_now
      from free;

      continue when found_now = '{}';
      taken_now := taken_now || found_now;
      due := due || due_now;
      served := served || waiting[place];
      wanted := wanted - cardinality(found_now);
      if cardinality(found_now) = share then
        more := more || waiting[place];
      end if;
    end loop;
    update public.connector_configs as config
    set next_sync_at = now() + case config.sync_frequency
      when 'hourly' then interval '1 hour'
      when 'daily' then interval '1 day'
      else interval '7 days'
    end
    where config.id = any (taken_now);
    taken := taken || taken_now;
    waiting := more;
  end loop;
  perform private.note_turns('syncs', served);

  return query
  select config.id, config.org_id, config.connector_type, config.sync_frequency,
    greatest(item.due_at, timestamptz '1970-01-01 00:00:00Z'), config.next_sync_at
  from unnest(taken, due) with ordinality as item (id, due_at, place)
  join public.connector_configs as config on config.id = item.id
  order by row_number() over (partition by config.org_id order by item.place), item.place;
end
