-- For members and services, each as far as their rows go: one row per connector, and one per organization for
-- documents without a connector (connector_id is NULL). Some services write file_size, others file_size_bytes.
select
  document.org_id,
  document.connector_id,
  config.connector_type,
  config.name,
  count(*) filter (where not document.is_deleted) as documents,
  coalesce(sum(size.bytes) filter (where not document.is_deleted), 0)::bigint as bytes,
  count(*) filter (where document.is_deleted) as deleted_documents,
  coalesce(sum(size.bytes) filter (where document.is_deleted), 0)::bigint as deleted_bytes,
  max(document.last_synced_at) as last_synced_at
from public.imported_documents as document
cross join lateral (
  select coalesce(greatest(document.file_size_bytes, document.file_size), 0) as bytes
) as size
left join public.connector_configs as config on config.id = document.connector_id
group by document.org_id, document.connector_id, config.connector_type, config.name
