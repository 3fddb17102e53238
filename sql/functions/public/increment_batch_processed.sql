-- Callable by service_role, and by members for batches of their own organization. One file is done.
select private.count_batch_file(
  increment_batch_processed.batch_id, increment_batch_processed.batch_id_param, false
)
