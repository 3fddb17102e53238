-- For connector_monitor alone: numbers and dates. Stuck is what somebody has begun and not ended for an hour, a batch that
-- was begun more than six hours ago and is not complete, and an event that was tried three times, which no worker tries again.
-- A connector's date is its admin's to write: it has waited since it was changed last, and where a worker seems to be at it
-- since six hours later, when others may take it (public.claim_due_syncs).
begin
  return query
  select 'syncs', count(*) filter (where due.waits and due.since <= now()),
    min(due.since) filter (where due.waits and due.since <= now()),
    count(*) filter (where due.sync_status = 'syncing'),
    (
      select count(*)
      from public.connector_sync_logs as log
      where log.status = 'running' and log.started_at < now() - interval '1 hour'
    )
  from (
    select config.sync_status,
      greatest(
        config.next_sync_at,
        config.updated_at + case config.sync_status when 'syncing' then interval '6 hours' else interval '0' end
      ) as since,
      config.is_active and config.sync_frequency <> 'manual' and config.next_sync_at <= now() as waits
    from public.connector_configs as config
  ) as due;

  return query
  select 'documents',
    (select count(*) from public.imported_documents as document
      where document.processing_status = 'pending' and not document.chunks_generated and not document.is_deleted),
    (select min(document.created_at) from public.imported_documents as document
      where document.processing_status = 'pending' and not document.chunks_generated and not document.is_deleted),
    count(*), count(*) filter (where taken.updated_at < now() - interval '1 hour')
  from public.imported_documents as taken
  where taken.processing_status = 'processing';

  return query
  select 'webhook events', count(*) filter (where event.retry_count < 3),
    min(event.received_at) filter (where event.retry_count < 3),
    count(*) filter (where event.claimed_until > now()), count(*) filter (where event.retry_count >= 3)
  from public.connector_webhook_events as event
  where not event.processed;

  return query
  select 'upload batches', count(*) filter (where batch.status = 'uploading'),
    min(batch.created_at) filter (where batch.status = 'uploading'),
    count(*) filter (where batch.status = 'processing'),
    count(*) filter (where batch.created_at < now() - interval '6 hours')
  from public.file_upload_batches as batch
  where batch.status in ('uploading', 'processing');

  return query
  select 'jobs', count(*) filter (where job.status = 'pending' and job.run_at <= now()),
    min(job.run_at) filter (where job.status = 'pending' and job.run_at <= now()),
    count(*) filter (where job.status = 'processing'),
    count(*) filter (where job.status = 'processing' and job.started_at < now() - interval '1 hour')
  from public.jobs as job
  where job.status in ('pending', 'processing');
end
