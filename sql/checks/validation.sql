-- The audit's validation: what must be there once the stack is up. Expected: 3 tables, 2 functions, 10 or
-- more policies. Counted in schema public, where the application looks for them.
select 'Tables' as check_type, count(*) as count
from pg_catalog.pg_tables as found
where found.schemaname = 'public'
  and found.tablename in ('connector_sync_logs', 'connector_webhook_events', 'file_upload_batches')

union all

select 'Functions', count(*)
from pg_catalog.pg_proc as found
where found.proname in ('increment_batch_processed', 'increment_batch_failed')

union all

select 'RLS Policies', count(*)
from pg_catalog.pg_policies as found
where found.tablename like 'connector%' or found.tablename like 'file_upload%'
