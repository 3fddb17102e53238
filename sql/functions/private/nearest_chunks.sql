-- Callable by service_role and by the search for members. pgvector's type and operators are looked up where the
-- column has them from: the extension may be in any schema, and its vectors of any length.
-- It has a quarter of a second: of a transcript that it has not come to by then, it knows nothing.
-- Each recording once, by its nearest chunk. What lies at a right angle or farther is no match.
declare
  vector record;
begin
  if nearest_chunks.query_embedding is null then
    return;
  end if;
  select namespace.nspname as schema, kind.typname as name into vector
  from pg_catalog.pg_attribute as attribute
  join pg_catalog.pg_type as kind on kind.oid = attribute.atttypid
  join pg_catalog.pg_namespace as namespace on namespace.oid = kind.typnamespace
  where attribute.attrelid = 'public.transcript_chunks'::regclass
    and attribute.attname = 'embedding'
    and not attribute.attisdropped
    and kind.typname in ('vector', 'halfvec');
  if not found then
    raise exception 'transcript_chunks has no embeddings to compare query_embedding with'
      using errcode = 'feature_not_supported',
            hint = 'Leave query_embedding out, or install pgvector and add the column embedding.';
  end if;

  return query execute format(
    $query$
      select distinct on (near.recording_id) near.recording_id, near.chunk_text, near.distance
      from (
        select chunk.recording_id, chunk.chunk_text, chunk.embedding operator(%1$I.<=>) $1::%1$I.%2$I as distance
        from public.transcript_chunks as chunk
        where chunk.org_id = $2 and clock_timestamp() < $3
        order by distance
        limit 500
      ) as near
      where near.distance < 1
      order by near.recording_id, near.distance
    $query$,
    vector.schema,
    vector.name
  )
  using nearest_chunks.query_embedding, nearest_chunks.in_org, clock_timestamp() + interval '250 milliseconds';
end
