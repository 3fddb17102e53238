-- Callable by authenticated, by way of the API's function. Runs with the owner's rights, since members may not write an
-- event, and so decides for itself who asks and whose events they are.
-- What a worker holds at the moment is left to it. Of very many the oldest ten thousand: whoever asks again has the rest.
declare
  admin record;
  freed bigint;
begin
  select acting.user_id, acting.org_id into admin from private.acting_admin() as acting;
  if retry_own_webhook_events.connector is not null and not exists (
    select from public.connector_configs as config
    where config.id = retry_own_webhook_events.connector and config.org_id = admin.org_id
  ) then
    raise exception 'connector % does not exist', retry_own_webhook_events.connector
      using errcode = 'no_data_found',
            hint = 'It may have been deleted, or belong to another organization.';
  end if;

  update public.connector_webhook_events as event
  set retry_count = 0, processing_error = null, claimed_until = null
  from (
    select failed.id
    from public.connector_webhook_events as failed
    where failed.org_id = admin.org_id
      and not failed.processed
      and (retry_own_webhook_events.connector is null or failed.connector_id = retry_own_webhook_events.connector)
      and (failed.retry_count > 0 or failed.processing_error is not null)
      and (failed.claimed_until is null or failed.claimed_until < now())
    order by failed.received_at
    limit 10000
    for no key update skip locked
  ) as waiting
  where event.id = waiting.id;
  get diagnostics freed = row_count;

  insert into public.connector_actions (org_id, connector_id, user_id, action, details)
  values (
    admin.org_id, retry_own_webhook_events.connector, admin.user_id, 'retry webhook events',
    jsonb_build_object('events', freed)
  );
  return freed;
end
