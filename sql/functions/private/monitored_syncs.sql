-- For connector_monitor alone: numbers. The days are asked for by `started_at`, which has an index.
begin
  return query
  select
    coalesce(config.connector_type, 'none'),
    (log.started_at at time zone 'UTC')::date,
    count(*),
    count(*) filter (where log.status = 'success'),
    count(*) filter (where log.status = 'partial'),
    count(*) filter (where log.status = 'failed'),
    count(*) filter (where log.status = 'running'),
    (avg(log.duration_ms) / 1000)::double precision,
    (max(log.duration_ms) / 1000.0)::double precision
  from public.connector_sync_logs as log
  left join public.connector_configs as config on config.id = log.connector_id
  where log.started_at >= date_trunc('day', now(), 'UTC') - interval '13 days'
  group by 1, 2;
end
