-- Callable by service_role and by the search for members. The operators of pg_trgm are looked up where the
-- extension is, for it may be in any schema or in none; without it nothing is similar to anything.
-- It has a fifth of a second: of each kind the 10,000 newest are compared, by the beginnings of question and title, as
-- far as the time goes.
declare
  began constant timestamptz := clock_timestamp();
  trigram_schema name;
begin
  select namespace.nspname into trigram_schema
  from pg_catalog.pg_extension as extension
  join pg_catalog.pg_namespace as namespace on namespace.oid = extension.extnamespace
  where extension.extname = 'pg_trgm';
  if not found then
    return;
  end if;

  return query execute format(
    $query$
      with titled as materialized (
        (
          select 'recording' as content_type, recording.id, recording.title, recording.created_at
          from public.recordings as recording
          where recording.org_id = $2 and $3
          order by recording.created_at desc
          limit 10000
        )
        union all
        (
          select 'document', document.id, document.title, document.created_at
          from public.imported_documents as document
          where document.org_id = $2 and not document.is_deleted and $4
          order by document.created_at desc
          limit 10000
        )
      ),
      compared as materialized (
        select titled.*,
          case when clock_timestamp() < $5 then %1$I.word_similarity($1, left(titled.title, 200)) end as similarity
        from titled
      ),
      hits as (
        select compared.*
        from compared
        where compared.similarity >= 0.4
        order by compared.similarity desc, compared.created_at desc, compared.id
        limit $6 offset $7
      )
      select hit.content_type, hit.id, hit.title, null::text,
        case hit.content_type when 'document' then config.connector_type else 'recording' end,
        coalesce(document.external_url, document.source_url), hit.similarity, hit.created_at
      from hits as hit
      left join public.imported_documents as document on hit.content_type = 'document' and document.id = hit.id
      left join public.connector_configs as config on config.id = document.connector_id
      order by hit.similarity desc, hit.created_at desc, hit.id
    $query$,
    trigram_schema
  )
  using left(similar_titles.search_query, 100), similar_titles.in_org,
    ('recording' = any (similar_titles.content_types)) is not false,
    ('document' = any (similar_titles.content_types)) is not false,
    began + interval '200 milliseconds', similar_titles.max_results, similar_titles.skip_results;
end
