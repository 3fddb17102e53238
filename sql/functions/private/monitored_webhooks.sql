-- For connector_monitor alone: numbers and dates, no payload and no header.
begin
  return query
  select coalesce(config.connector_type, 'none'), sum(known.waiting)::bigint, sum(known.retried)::bigint,
    sum(known.failing)::bigint, min(known.oldest_waiting_at), sum(known.received_today)::bigint
  from public.connector_webhook_health as known
  left join public.connector_configs as config on config.id = known.connector_id
  group by 1;
end
