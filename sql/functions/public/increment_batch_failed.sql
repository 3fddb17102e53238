-- Callable by service_role, and by members for batches of their own organization. One file is done and
-- has failed.
select private.count_batch_file(increment_batch_failed.batch_id, increment_batch_failed.batch_id_param, true)
