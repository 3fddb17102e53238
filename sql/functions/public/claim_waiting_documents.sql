-- Callable by service_role. Each waiting document goes to one caller, each organization's oldest first; rows that
-- another worker is taking are skipped. Organizations take turns (private.in_turn), and share what is asked for.
-- With `stale_after`, documents whose worker has written nothing for that long are taken again; without it they stay
-- where they are.
declare
  wanted bigint := greatest(max_documents, 0);
  share bigint;
  waiting uuid[];
  owners uuid[];
  served uuid[] := '{}';
  found_now uuid[];
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
    -- One organization after the other, so that no more are locked than are taken.
    share := greatest(wanted / cardinality(waiting), 1);
    -- The stale ones first: each has waited longer than `stale_after`, and is not stale again for as long.
    select
      coalesce(array_agg(found.id order by found.place, found.fresh, found.created_at), '{}'),
      coalesce(array_agg(found.org_id order by found.place, found.fresh, found.created_at), '{}')
    into found_now, owners
    from (
      select turn.org_id, turn.place, free.id, free.fresh, free.created_at
      from unnest(waiting) with ordinality as turn (org_id, place)
      cross join lateral (
        select stale.id, false as fresh, stale.created_at
        from (
          select document.id, document.created_at
          from public.imported_documents as document
          where document.org_id = turn.org_id
            and document.processing_status = 'processing'
            and not document.chunks_generated
            and not document.is_deleted
            and document.updated_at < now() - stale_after
          order by document.created_at
          limit share
          for no key update skip locked
        ) as stale
        union all
        select pending.id, true, pending.created_at
        from (
          select document.id, document.created_at
          from public.imported_documents as document
          where document.org_id = turn.org_id
            and document.processing_status = 'pending'
            and not document.chunks_generated
            and not document.is_deleted
          order by document.created_at
          limit share
          for no key update skip locked
        ) as pending
        limit share
      ) as free
      limit wanted
    ) as found;

    exit when found_now = '{}';
    update public.imported_documents as document
    set processing_status = 'processing'
    where document.id = any (found_now);
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
  perform private.note_turns('documents', served);

  return query
  select document.*
  from unnest(taken) with ordinality as item (id, place)
  join public.imported_documents as document on document.id = item.id
  order by row_number() over (partition by document.org_id order by item.place), item.place;
end
