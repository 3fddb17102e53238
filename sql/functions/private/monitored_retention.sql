-- For connector_monitor alone. The hourly jobs delete what is older than the default of their function's first argument:
-- where the oldest is much older, they do not run or do not come after. Both dates are read by their index.
begin
  return query
  select known.what,
    pg_get_function_arg_default(to_regprocedure(known.purge)::oid, 1)::integer,
    known.oldest
  from (
    values
      (
        'sync logs',
        'public.purge_connector_sync_logs(integer, integer)',
        (select min(log.started_at) from public.connector_sync_logs as log)
      ),
      (
        'webhook events',
        'public.purge_connector_webhook_events(integer, integer)',
        (select min(event.received_at) from public.connector_webhook_events as event)
      )
  ) as known (what, purge, oldest);
end
