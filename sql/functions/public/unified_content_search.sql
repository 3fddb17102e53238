-- Callable by authenticated, who search their own organization, and by service_role, which names one.
-- What a caller may do is read from the privileges of its own role, as in private.count_batch_file.
-- `query_embedding` is the question's embedding, '[0.1, ...]': transcripts that lie near it are found too, where the
-- application keeps embeddings of them; elsewhere it is an error.
begin
  if not has_function_privilege(
    'private.search_org_content(uuid, text, text[], integer, integer, text)', 'execute'
  ) then
    if unified_content_search.search_org_id <> private.current_org_id() then
      raise exception 'organization % is not yours to search', unified_content_search.search_org_id
        using errcode = 'insufficient_privilege';
    end if;
    return query
    select found.*
    from private.search_own_content(
      unified_content_search.search_query,
      unified_content_search.content_types,
      unified_content_search.max_results,
      unified_content_search.skip_results,
      unified_content_search.query_embedding
    ) as found;
    return;
  end if;

  if unified_content_search.search_org_id is null then
    raise exception 'no organization is named'
      using errcode = 'null_value_not_allowed',
            hint = 'A service gives search_org_id; a search never spans tenants.';
  end if;
  return query
  select found.*
  from private.search_org_content(
    unified_content_search.search_org_id,
    unified_content_search.search_query,
    unified_content_search.content_types,
    unified_content_search.max_results,
    unified_content_search.skip_results,
    unified_content_search.query_embedding
  ) as found;
end
