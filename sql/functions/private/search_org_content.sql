-- Callable by service_role, whose own rights it uses, and by the search for members. Every table is asked
-- for one organization.
-- A search has about a second, whatever is asked and however much there is. The words of a question lead to candidates by
-- an index, which reads no text: of each kind the 500 newest. Reading texts is what takes long, so each step of it looks
-- at the clock: the newest are read and ranked first; those for which no time is left come last where the index is sure
-- of them, and not at all where only the text can tell (phrases, words left out).
-- Snippets carry no markup: what is shown to a person is a stranger's text, not HTML.
-- With an embedding, what its words find and what lies near are ranked together by their places in both lists
-- (reciprocal rank fusion): the two scores themselves have no common measure.
-- Nobody types a thousand characters, or twenty words that all have to be there: the beginning of such a question counts.
declare
  began constant timestamptz := clock_timestamp();
  question text := left(search_org_content.search_query, 1000);
  wanted tsquery := websearch_to_tsquery({{configuration}}, question);
  -- What the index can tell: every hit matches it. NULL where that is nothing.
  rough tsquery;
  of_documents constant boolean := ('document' = any (search_org_content.content_types[1:100])) is not false;
  of_recordings constant boolean := ('recording' = any (search_org_content.content_types[1:100])) is not false;
  page_size constant integer := least(greatest(coalesce(search_org_content.max_results, 20), 1), 100);
  page_start constant integer := greatest(coalesce(search_org_content.skip_results, 0), 0);
  seqscan constant text := current_setting('enable_seqscan');
  indexscan constant text := current_setting('enable_indexscan');
  memory constant text := current_setting('work_mem');
  documents uuid[] := '{}';
  recordings uuid[] := '{}';
  chunks uuid[] := '{}';
begin
  if coalesce(trim(question), '') = '' and search_org_content.query_embedding is null then
    return;
  end if;
  while numnode(wanted) > 40 loop
    -- Not in the middle of a word, if there is an end of one.
    question := regexp_replace(left(question, length(question) / 2), '\s+\S*$', '');
    wanted := websearch_to_tsquery({{configuration}}, question);
  end loop;
  if numnode(wanted) > 0 and querytree(wanted) not in ('T', '') then
    rough := regexp_replace(querytree(wanted), '<(-|[0-9]+)>', '&', 'g')::tsquery;
  end if;

  if rough is not null then
    -- The planner does not know what reading a text costs, and would read all of them for a word that is in many: the
    -- other conditions are written so that no index serves them, and what the index finds is kept exactly.
    perform set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true);
    if pg_size_bytes(memory) < pg_size_bytes('32MB') then
      perform set_config('work_mem', '32MB', true);
    end if;
    if of_documents then
      select coalesce(array_agg(found.id order by found.created_at desc), '{}') into documents
      from (
        select document.id, document.created_at
        from public.imported_documents as document
        where {{document_words}} @@ rough
          and document.org_id::text = search_org_content.in_org::text
          and document.is_deleted::text = 'false'
        order by document.created_at desc
        limit 500
      ) as found;
    end if;
    if of_recordings then
      select coalesce(array_agg(found.id order by found.created_at desc), '{}') into recordings
      from (
        select recording.id, recording.created_at
        from public.recordings as recording
        where {{recording_words}} @@ rough and recording.org_id::text = search_org_content.in_org::text
        order by recording.created_at desc
        limit 500
      ) as found;
      select coalesce(array_agg(found.id order by found.created_at desc), '{}') into chunks
      from (
        select chunk.id, chunk.created_at
        from public.transcript_chunks as chunk
        where {{chunk_words}} @@ rough and chunk.org_id::text = search_org_content.in_org::text
        order by chunk.created_at desc
        limit 500
      ) as found;
    end if;
    perform set_config('enable_seqscan', seqscan, true), set_config('enable_indexscan', indexscan, true),
      set_config('work_mem', memory, true);
  elsif numnode(wanted) > 0 then
    -- Nothing but words that are not to be there: the newest of all.
    if of_documents then
      documents := array(
        select document.id
        from public.imported_documents as document
        where document.org_id = search_org_content.in_org and not document.is_deleted
        order by document.created_at desc
        limit 500
      );
    end if;
    if of_recordings then
      recordings := array(
        select recording.id
        from public.recordings as recording
        where recording.org_id = search_org_content.in_org
        order by recording.created_at desc
        limit 500
      );
    end if;
  end if;

  return query
  with document_words as (
    select item.id, read.words
    from unnest(documents) with ordinality as item (id, place)
    cross join lateral (
      select case when clock_timestamp() < began + interval '250 milliseconds' then {{document_words}} end as words
      from public.imported_documents as document
      where document.id = item.id
      offset 0
    ) as read
  ),
  recording_words as (
    select item.id, read.words
    from unnest(recordings) with ordinality as item (id, place)
    cross join lateral (
      select case when clock_timestamp() < began + interval '320 milliseconds' then {{recording_words}} end as words
      from public.recordings as recording
      where recording.id = item.id
      offset 0
    ) as read
  ),
  chunk_words as (
    select read.recording_id as id, read.chunk_text, read.words
    from unnest(chunks) with ordinality as item (id, place)
    cross join lateral (
      select chunk.recording_id, chunk.chunk_text,
        case when clock_timestamp() < began + interval '400 milliseconds' then {{chunk_words}} end as words
      from public.transcript_chunks as chunk
      where chunk.id = item.id
      offset 0
    ) as read
  ),
  every_word as materialized (
    select 'document' as kind, document_word.id, document_word.words, null::text as spoken
    from document_words as document_word
    union all
    select 'recording', recording_word.id, recording_word.words, null::text
    from recording_words as recording_word
    union all
    select 'recording', chunk_word.id, chunk_word.words, chunk_word.chunk_text
    from chunk_words as chunk_word
  ),
  worded as (
    select distinct on (item.kind, item.id) item.kind, item.id, item.spoken,
      case
        when item.words is null or clock_timestamp() >= began + interval '480 milliseconds' then 0::real
        else ts_rank(item.words, wanted)
      end as score
    from every_word as item
    -- What has not been read is there by the index, if the index can tell.
    where case when item.words is null then rough = wanted else item.words @@ wanted end
    order by item.kind, item.id, score desc
  ),
  worded_places as (
    select item.*, row_number() over (order by item.score desc, item.id) as place
    from worded as item
  ),
  near_places as (
    select 'recording' as kind, near.recording_id as id, near.chunk_text,
      row_number() over (order by near.distance, near.recording_id) as place
    from private.nearest_chunks(search_org_content.in_org, search_org_content.query_embedding) as near
    where of_recordings
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
    case
      when clock_timestamp() < began + interval '650 milliseconds' then ts_headline(
        {{configuration}}, left(hit.shown_text, 20000), wanted, 'StartSel="", StopSel="", MaxWords=30, MinWords=10'
      )
      else left(hit.shown_text, 200)
    end,
    hit.origin, hit.address, hit.score, hit.made_at
  from page as hit
  order by hit.score desc, hit.made_at desc, hit.id;

  if not found and page_start = 0 then
    return query
    select similar_title.*
    from private.similar_titles(
      search_org_content.in_org, question, search_org_content.content_types[1:100], page_size, 0
    ) as similar_title;
  end if;
end
