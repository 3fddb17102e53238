-- For members and services, each as far as their rows go: one row per connector, and one per organization for
-- documents without a connector (connector_id is NULL). Some services write file_size, others file_size_bytes.
-- What a provider says of sizes may be anything: a sum past the type is its largest value, and no error for all tenants.
select
  document.org_id,
  document.connector_id,
  config.connector_type,
  config.name,
  count(*) filter (where not document.is_deleted) as documents,
  greatest(
    least(coalesce(sum(size.bytes) filter (where not document.is_deleted), 0), 9223372036854775807), -9223372036854775808
  )::bigint as bytes,
  count(*) filter (where document.is_deleted) as deleted_documents,
  greatest(
    least(coalesce(sum(size.bytes) filter (where document.is_deleted), 0), 9223372036854775807), -9223372036854775808
  )::bigint as deleted_bytes,
  max(document.last_synced_at) as last_synced_at
from public.imported_documents as document
cross join lateral (
  select coalesce(greatest(document.file_size_bytes, document.file_size), 0) as bytes
) as size
left join public.connector_configs as config on config.id = document.connector_id
group by document.org_id, document.connector_id, config.connector_type, config.name
