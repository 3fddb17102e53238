-- Callable by authenticated, by way of the API's function. Runs with the owner's rights, since members may not change a
-- batch, and so decides for itself who asks and whose batch it is.
declare
  admin record;
  before record;
begin
  select acting.user_id, acting.org_id into admin from private.acting_admin() as acting;
  select known.id, known.status, known.processed_files, known.total_files
  into before
  from public.file_upload_batches as known
  where known.id = cancel_own_upload_batch.batch and known.org_id = admin.org_id
  for no key update;
  if not found then
    raise exception 'upload batch % does not exist', coalesce(cancel_own_upload_batch.batch::text, 'NULL')
      using errcode = 'no_data_found',
            hint = 'It may have been deleted, or belong to another organization.';
  end if;
  if before.status in ('completed', 'failed') then
    raise exception 'upload batch % is %', before.id, before.status
      using errcode = 'object_not_in_prerequisite_state', hint = 'There is nothing to cancel.';
  end if;

  update public.file_upload_batches as known
  set status = 'failed', completed_at = now()
  where known.id = before.id;
  insert into public.connector_actions (org_id, user_id, action, details)
  values (
    admin.org_id, admin.user_id, 'cancel upload batch',
    jsonb_build_object('batch', before.id, 'processed', before.processed_files, 'total', before.total_files)
  );
end
