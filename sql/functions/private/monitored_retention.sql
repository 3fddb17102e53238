-- For connector_monitor alone. The hourly jobs delete what is older than these days: where the oldest is much older, they
-- do not run or do not come after. Both dates are read by their index.
begin
  return query
  select 'sync logs', {{sync_log_days}}, (select min(log.started_at) from public.connector_sync_logs as log)
  union all
  select 'webhook events', {{webhook_event_days}},
    (select min(event.received_at) from public.connector_webhook_events as event);
end
