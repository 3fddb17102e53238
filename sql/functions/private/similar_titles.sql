-- Callable by service_role and by the search for members. The operators of pg_trgm are looked up where the
-- extension is, for it may be in any schema or in none; without it nothing is similar to anything.
declare
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
      select titled.content_type, titled.id, titled.title, null::text, titled.source, titled.url,
        %1$I.word_similarity($1, titled.title), titled.created_at
      from (
        select 'recording' as content_type, recording.id, recording.title, 'recording' as source, null::text as url,
          recording.created_at
        from public.recordings as recording
        where recording.org_id = $2 and ($3 is null or 'recording' = any ($3))
        union all
        select 'document', document.id, document.title, config.connector_type,
          coalesce(document.external_url, document.source_url), document.created_at
        from public.imported_documents as document
        left join public.connector_configs as config on config.id = document.connector_id
        where document.org_id = $2 and not document.is_deleted and ($3 is null or 'document' = any ($3))
      ) as titled
      where %1$I.word_similarity($1, titled.title) >= 0.4
      order by 7 desc, titled.created_at desc, titled.id
      limit $4 offset $5
    $query$,
    trigram_schema
  )
  using similar_titles.search_query, similar_titles.in_org, similar_titles.content_types,
    similar_titles.max_results, similar_titles.skip_results;
end
