-- Callable by authenticated and service_role. What a caller may do is read from the privileges of its own
-- role, which no token and no setting can forge: this function has no rights but the caller's.
declare
  wanted constant uuid := coalesce(count_batch_file.batch, count_batch_file.same_batch);
begin
  if wanted is null then
    raise exception 'no upload batch is named'
      using errcode = 'null_value_not_allowed',
            hint = 'Give batch_id (or batch_id_param).';
  end if;
  if count_batch_file.same_batch <> wanted then
    raise exception 'batch_id and batch_id_param name different upload batches'
      using errcode = 'invalid_parameter_value',
            hint = 'Give one of them.';
  end if;
  if has_function_privilege('private.count_any_batch_file(uuid, boolean, uuid)', 'execute') then
    perform private.count_any_batch_file(wanted, count_batch_file.failed);
  else
    perform private.count_own_batch_file(wanted, count_batch_file.failed);
  end if;
end
