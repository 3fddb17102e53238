-- For private.manage_connector alone. What syncs on a schedule is due now, and the next claim takes it. What syncs by hand no
-- claim takes: it gets a job of the application's queue, one for each connector, which is used again once it has ended.
begin
  if sync_at_once.frequency <> 'manual' then
    update public.connector_configs as config set next_sync_at = now() where config.id = sync_at_once.connector;
    return;
  end if;
  insert into public.jobs as job (type, status, payload, org_id, run_at, dedupe_key)
  values (
    'sync_connector',
    'pending',
    jsonb_build_object('connectorId', sync_at_once.connector, 'orgId', sync_at_once.org, 'syncType', 'manual'),
    sync_at_once.org,
    now(),
    'sync now:' || sync_at_once.connector
  )
  on conflict (dedupe_key) do update
  set status = 'pending', run_at = now(), attempts = 0, error = null, result = null, started_at = null,
    completed_at = null
  where job.status in ('completed', 'failed');
end
