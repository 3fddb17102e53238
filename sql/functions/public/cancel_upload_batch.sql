-- Callable by authenticated: owners and admins, for batches of their own organization. It ends as failed.
select private.cancel_own_upload_batch(cancel_upload_batch.batch_id)
