-- Callable by service_role. Each waiting document goes to one caller, each organization's oldest first; rows that
-- another worker is taking are skipped. Organizations take turns (private.in_turn), and share what is asked for.
-- With `stale_after`, documents whose worker has written nothing for that long are taken again; without it they stay
-- where they are.
declare
  wanted bigint := greatest(max_documents, 0);
  share bigint;
  waiting uuid[];
  more uuid[];
  served uuid[] := '{}';
  found_now uuid[];
  taken_now uuid[];
  taken uuid[] := '{}';
begin
  with recursive pending (org_id) as (
    (
      select document.org_id
      from public.imported_documents as document
      where document.processing_status = 'pending' and not document.chunks_generated and not document.is_deleted
      order by document.org_id, document.created_at
      limit 1
    )
    union all
    select following.org_id
    from pending
    cross join lateral (
      select document.org_id
      from public.imported_documents as document
      where document.processing_status = 'pending' and not document.chunks_generated and not document.is_deleted
        and document.org_id > pending.org_id
      order by document.org_id, document.created_at
      limit 1
    ) as following
  ),
  stale as (
    select document.org_id
    from public.imported_documents as document
    where stale_after is not null
      and document.processing_status = 'processing'
      and not document.chunks_generated
      and not document.is_deleted
      and document.updated_at < now() - stale_after
  )
  select private.in_turn('documents', array_agg(given.org_id)) into waiting
  from (select pending.org_id from pending union select stale.org_id from stale) as given;

  while wanted > 0 and waiting <> '{}' loop
    more := '{}';
    taken_now := '{}';
    for place in 1 .. cardinality(waiting) loop
      exit when wanted = 0;
      share := greatest(wanted / (cardinality(waiting) - place + 1), 1);
      -- The stale ones first: each has waited longer than `stale_after`, and is not stale again for as long.
      found_now := '{}';
      if stale_after is not null then
        select coalesce(array_agg(free.id), '{}') into found_now
        from (
          select document.id
          from public.imported_documents as document
          where document.org_id = waiting[place]
            and document.processing_status = 'processing'
            and not document.chunks_generated
            and not document.is_deleted
            and document.updated_at < now() - stale_after
          order by document.created_at
          limit share
          for no key update skip locked
        ) as free;
      end if;
      select found_now || coalesce(array_agg(free.id), '{}') into found_now
      from (
        select document.id
        from public.imported_documents as document
        where document.org_id = waiting[place]
          and document.processing_status = 'pending'
          and not document.chunks_generated
          and not document.is_deleted
        order by document.created_at
        limit share - cardinality(found_now)
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
    update public.imported_documents as document
    set processing_status = 'processing'
    where document.id = any (taken_now);
    taken := taken || taken_now;
    waiting := more;
  end loop;
  perform private.note_turns('documents', served);

  return query
  select document.*
  from unnest(taken) with ordinality as item (id, place)
  join public.imported_documents as document on document.id = item.id
  order by row_number() over (partition by document.org_id order by item.place), item.place;
end
