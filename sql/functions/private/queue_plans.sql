-- How the server would answer the workers' polls, without asking them: EXPLAIN runs nothing and reads no row.
-- For schema_auditor alone, who may read none of these tables. The queries are fixed; nothing of the caller's goes
-- into them, and what a plan shows are their own constants and the planner's estimates.
-- Every type is named with its schema: what the caller makes under such a name must not be looked at.
declare
  asked record;
  answer pg_catalog.json;
begin
  for asked in
    select known.name, known.statement
      from (values
        ('next syncs',
         'select id, org_id, connector_type from public.connector_configs'
         ' where is_active = true and sync_frequency <> ''manual'' and next_sync_at <= pg_catalog.now()'
         ' order by next_sync_at limit 50'),
        ('documents waiting for chunks',
         'select id, org_id from public.imported_documents where not chunks_generated limit 100'),
        ('unprocessed webhook events',
         'select id, org_id, event_type from public.connector_webhook_events'
         ' where processed = false order by received_at limit 100'),
        ('retries, oldest first, by the other name',
         'select id, org_id, event_type, payload from public.webhook_events'
         ' where processed = false and retry_count < 3 order by received_at limit 100')
      ) as known (name, statement)
  loop
    execute 'explain (format json) ' || asked.statement into answer;
    queue := asked.name;
    plan := answer::pg_catalog.jsonb;
    return next;
  end loop;
end
