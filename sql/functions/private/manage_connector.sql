-- Callable by authenticated, by way of the API's functions. Runs with the owner's rights, for what it does is written down
-- where nobody can write by themselves; so it decides for itself who asks, and whose connector it is.
-- The row is locked first: two admins at once act one after the other, and each is written down with what was there.
declare
  admin record;
  before record;
  told jsonb := '{}';
begin
  select acting.user_id, acting.org_id into admin from private.acting_admin() as acting;
  select config.id, config.is_active, config.sync_frequency, config.sync_status, config.next_sync_at, config.error_count,
    config.last_error
  into before
  from public.connector_configs as config
  where config.id = manage_connector.connector and config.org_id = admin.org_id
  for no key update;
  if not found then
    raise exception 'connector % does not exist', coalesce(manage_connector.connector::text, 'NULL')
      using errcode = 'no_data_found',
            hint = 'It may have been deleted, or belong to another organization.';
  end if;

  case manage_connector.action
    when 'pause' then
      update public.connector_configs as config set is_active = false where config.id = before.id;
      told := jsonb_build_object('was_active', before.is_active);
    when 'resume' then
      update public.connector_configs as config set is_active = true where config.id = before.id;
      told := jsonb_build_object('was_active', before.is_active);
    when 'sync now' then
      if before.is_active is not true then
        raise exception 'connector % is paused', before.id
          using errcode = 'object_not_in_prerequisite_state', hint = 'Resume it first.';
      end if;
      perform private.sync_at_once(before.id, admin.org_id, before.sync_frequency);
      told := jsonb_build_object('status', before.sync_status, 'was_due', before.next_sync_at);
    when 'change frequency' then
      if (manage_connector.frequency in ('manual', 'hourly', 'daily', 'weekly')) is not true then
        raise exception 'a connector does not sync %', coalesce(manage_connector.frequency, 'NULL')
          using errcode = 'invalid_parameter_value', hint = 'Give manual, hourly, daily or weekly.';
      end if;
      update public.connector_configs as config
      set
        sync_frequency = manage_connector.frequency,
        next_sync_at = case manage_connector.frequency
          when 'manual' then null
          when 'hourly' then greatest(now(), coalesce(config.last_sync_at, now()) + interval '1 hour')
          when 'daily' then greatest(now(), coalesce(config.last_sync_at, now()) + interval '1 day')
          else greatest(now(), coalesce(config.last_sync_at, now()) + interval '7 days')
        end
      where config.id = before.id;
      told := jsonb_build_object('from', before.sync_frequency, 'to', manage_connector.frequency);
    when 'reset errors' then
      update public.connector_configs as config
      set
        error_count = 0,
        last_error = null,
        last_error_at = null,
        sync_error = null,
        sync_status = case when config.sync_status = 'error' then 'idle' else config.sync_status end,
        last_sync_status = case when config.last_sync_status = 'failed' then null else config.last_sync_status end
      where config.id = before.id;
      told := jsonb_build_object(
        'errors', before.error_count, 'status', before.sync_status, 'last_error', before.last_error
      );
  end case;

  insert into public.connector_actions (org_id, connector_id, user_id, action, details)
  values (admin.org_id, before.id, admin.user_id, manage_connector.action, told);
end
