-- For connector_monitor alone: numbers of an organization, which is named by its id.
begin
  return query
  select usage.org_id, sum(usage.documents)::bigint, sum(usage.bytes), sum(usage.deleted_documents)::bigint,
    sum(usage.deleted_bytes)
  from public.connector_storage_usage as usage
  group by usage.org_id;
end
