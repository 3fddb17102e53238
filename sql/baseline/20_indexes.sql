-- Indexes of the application's tables, beside those of their keys.

create index idx_users_org_id on public.users (org_id);

create index idx_recordings_org_id on public.recordings (org_id);
create index idx_recordings_created_by on public.recordings (created_by);
create index idx_recordings_org_created on public.recordings (org_id, created_at desc);

create index idx_transcript_chunks_recording_id on public.transcript_chunks (recording_id);
create index idx_transcript_chunks_org_id on public.transcript_chunks (org_id);

create index idx_connector_configs_org_id on public.connector_configs (org_id);
create index idx_connector_configs_type on public.connector_configs (connector_type);
create index idx_connector_configs_active on public.connector_configs (org_id, is_active);
create index idx_connector_configs_sync_status on public.connector_configs (sync_status, last_sync_at desc)
  where sync_status in ('syncing', 'error');

create index idx_imported_docs_connector on public.imported_documents (connector_id);
create index idx_imported_docs_org on public.imported_documents (org_id);
create index idx_imported_docs_sync_status on public.imported_documents (sync_status)
  where sync_status <> 'completed';
create index idx_imported_docs_external on public.imported_documents (connector_id, external_id);

-- The worker's poll: due jobs, oldest first.
create index idx_jobs_pending on public.jobs (run_at) where status = 'pending';
create index idx_jobs_type on public.jobs (type);
create index idx_events_unprocessed on public.events (created_at) where processed = false;
