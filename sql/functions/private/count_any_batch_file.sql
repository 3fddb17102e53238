-- Callable by service_role, whose own rights it uses, and by the function for members.
-- The row is locked first, so that files that end at the same moment are all counted.
-- processed_files counts every file that is done, failed ones included, and stays within total_files, whatever a member
-- has begun the batch with.
declare
  counted record;
begin
  select
    least(greatest(batch_row.processed_files, 0)::bigint + 1, batch_row.total_files)::integer as done,
    least(
      greatest(batch_row.failed_files, 0)::bigint + count_any_batch_file.failed::integer, batch_row.total_files
    )::integer as failures,
    batch_row.total_files as total
  into counted
  from public.file_upload_batches as batch_row
  where batch_row.id = count_any_batch_file.batch
    and (count_any_batch_file.within_org is null or batch_row.org_id = count_any_batch_file.within_org)
  for no key update;
  if not found then
    raise exception 'upload batch % does not exist', count_any_batch_file.batch
      using errcode = 'no_data_found',
            hint = 'It may have been deleted, or belong to another organization.';
  end if;

  update public.file_upload_batches as batch_row
  set
    processed_files = counted.done,
    failed_files = counted.failures,
    progress_percent = case when counted.total > 0 then 100.0 * counted.done / counted.total else 100 end,
    status = case
      when counted.done < counted.total then batch_row.status
      when counted.total > 0 and counted.failures >= counted.total then 'failed'
      else 'completed'
    end,
    completed_at = case when counted.done < counted.total then batch_row.completed_at
      else coalesce(batch_row.completed_at, now())
    end
  where batch_row.id = count_any_batch_file.batch;
end
