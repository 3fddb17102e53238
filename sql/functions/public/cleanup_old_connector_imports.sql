-- Callable by service_role. Soft: the rows stay and `is_deleted` hides them. Only what a connector brought:
-- an upload without one cannot be fetched again. Age counts from the last sync that saw the document.
-- A row that somebody is writing is left for the next call.
begin
  if days_old is null or days_old < 0 then
    raise exception 'days_old is %: give 0 or more', coalesce(days_old::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;

  -- Not `if dry_run`: NULL is no consent.
  if dry_run is not false then
    return query
    select document.org_id, config.connector_type, count(*),
      greatest(
        least(sum(coalesce(greatest(document.file_size_bytes, document.file_size), 0)), 9223372036854775807),
        -9223372036854775808
      )::bigint
    from public.imported_documents as document
    join public.connector_configs as config on config.id = document.connector_id
    where not document.is_deleted
      and coalesce(document.last_synced_at, document.created_at) < now() - make_interval(days => days_old)
    group by document.org_id, config.connector_type
    order by document.org_id, config.connector_type;
    return;
  end if;

  return query
  with old as (
    select document.id
    from public.imported_documents as document
    where not document.is_deleted
      and document.connector_id is not null
      and coalesce(document.last_synced_at, document.created_at) < now() - make_interval(days => days_old)
    for no key update skip locked
  ),
  freed as (
    update public.imported_documents as document
    set is_deleted = true
    from old
    where document.id = old.id
    returning document.org_id, document.connector_id,
      coalesce(greatest(document.file_size_bytes, document.file_size), 0) as size
  )
  select freed.org_id, config.connector_type, count(*),
    greatest(least(sum(freed.size), 9223372036854775807), -9223372036854775808)::bigint
  from freed
  join public.connector_configs as config on config.id = freed.connector_id
  group by freed.org_id, config.connector_type
  order by freed.org_id, config.connector_type;
end
