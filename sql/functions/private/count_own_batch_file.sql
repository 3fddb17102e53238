-- Callable by authenticated. Runs with the owner's rights, since members may not write a batch, and so
-- decides for itself whose batch it is.
declare
  own_org constant uuid := private.current_org_id();
begin
  if own_org is null then
    raise exception 'nobody is signed in: upload batch % is not counted', count_own_batch_file.batch
      using errcode = 'insufficient_privilege';
  end if;
  perform private.count_any_batch_file(count_own_batch_file.batch, count_own_batch_file.failed, own_org);
end
