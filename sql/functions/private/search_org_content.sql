-- Callable by service_role, whose own rights it uses, and by the search for members. Every table is asked
-- for one organization. Of each kind the 500 newest matches are ranked: ranking reads every text again.
-- Snippets carry no markup: what is shown to a person is a stranger's text, not HTML.
-- With an embedding, what its words find and what lies near are ranked together by their places in both lists
-- (reciprocal rank fusion): the two scores themselves have no common measure.
-- Nobody types a thousand characters; a question that long would be refused, or compared for minutes.
declare
  question constant text := left(search_org_content.search_query, 1000);
  wanted constant tsquery := websearch_to_tsquery({{configuration}}, question);
  page_size constant integer := least(greatest(coalesce(search_org_content.max_results, 20), 1), 100);
  page_start constant integer := greatest(coalesce(search_org_content.skip_results, 0), 0);
begin
  if coalesce(trim(question), '') = '' and search_org_content.query_embedding is null then
    return;
  end if;

  return query
  with document_matches as (
    select document.id, document.created_at, {{document_words}} as words
    from public.imported_documents as document
    where document.org_id = search_org_content.in_org
      and not document.is_deleted
      and {{document_words}} @@ wanted
      and ('document' = any (search_org_content.content_types)) is not false
    order by document.created_at desc
    limit 500
  ),
  recording_matches as (
    select recording.id, recording.created_at, described.words
    from public.recordings as recording
    cross join lateral (
      select to_tsvector(
        {{configuration}}, left(coalesce(recording.title, '') || ' ' || coalesce(recording.description, ''), 100000)
      ) as words
    ) as described
    where recording.org_id = search_org_content.in_org
      and described.words @@ wanted
      and ('recording' = any (search_org_content.content_types)) is not false
    order by recording.created_at desc
    limit 500
  ),
  chunk_matches as (
    select chunk.recording_id as id, chunk.chunk_text, {{chunk_words}} as words
    from public.transcript_chunks as chunk
    where chunk.org_id = search_org_content.in_org
      and {{chunk_words}} @@ wanted
      and ('recording' = any (search_org_content.content_types)) is not false
    order by chunk.created_at desc
    limit 500
  ),
  worded as (
    select 'document' as kind, document_match.id, ts_rank(document_match.words, wanted) as score,
      null::text as spoken
    from document_matches as document_match
    union all
    (
      select distinct on (recording_match.id) 'recording', recording_match.id, recording_match.score,
        recording_match.spoken
      from (
        select described.id, ts_rank(described.words, wanted) as score, null::text as spoken
        from recording_matches as described
        union all
        select chunk_match.id, ts_rank(chunk_match.words, wanted), chunk_match.chunk_text
        from chunk_matches as chunk_match
      ) as recording_match
      order by recording_match.id, recording_match.score desc
    )
  ),
  worded_places as (
    select item.*, row_number() over (order by item.score desc, item.id) as place
    from worded as item
  ),
  near_places as (
    select 'recording' as kind, near.recording_id as id, near.chunk_text,
      row_number() over (order by near.distance, near.recording_id) as place
    from private.nearest_chunks(search_org_content.in_org, search_org_content.query_embedding) as near
    where ('recording' = any (search_org_content.content_types)) is not false
  ),
  ranked as (
    select coalesce(item.kind, near.kind) as kind, coalesce(item.id, near.id) as id, coalesce(item.spoken, near.chunk_text) as spoken,
      case
        when search_org_content.query_embedding is null then item.score
        else (coalesce(1.0 / (60 + item.place), 0) + coalesce(1.0 / (60 + near.place), 0))::real
      end as score
    from worded_places as item
    full join near_places as near on near.kind = item.kind and near.id = item.id
  ),
  page as (
    select item.kind, item.id, item.score, item.spoken,
      coalesce(document.title, recording.title) as shown_title,
      coalesce(item.spoken, document.content, recording.description) as shown_text,
      case item.kind when 'document' then config.connector_type else 'recording' end as origin,
      coalesce(document.external_url, document.source_url) as address,
      coalesce(document.created_at, recording.created_at) as made_at
    from ranked as item
    left join public.imported_documents as document on item.kind = 'document' and document.id = item.id
    left join public.connector_configs as config on config.id = document.connector_id
    -- Not the title of another tenant's recording, should a chunk be filed wrongly.
    left join public.recordings as recording
      on item.kind = 'recording' and recording.id = item.id and recording.org_id = search_org_content.in_org
    order by item.score desc, made_at desc, item.id
    limit page_size
    offset page_start
  )
  select hit.kind, hit.id, hit.shown_title,
    ts_headline({{configuration}}, left(hit.shown_text, 20000), wanted, 'StartSel="", StopSel="", MaxWords=30, MinWords=10'),
    hit.origin, hit.address, hit.score, hit.made_at
  from page as hit
  order by hit.score desc, hit.made_at desc, hit.id;

  if not found and page_start = 0 then
    return query
    select similar_title.*
    from private.similar_titles(
      search_org_content.in_org, question, search_org_content.content_types, page_size, 0
    ) as similar_title;
  end if;
end
