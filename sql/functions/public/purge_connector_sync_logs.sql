-- Callable by service_role; pg_cron calls it hourly where the database has it. A sync that still runs stays.
declare
  deleted bigint;
begin
  if days_old is null or days_old < 1 then
    raise exception 'days_old is %: give 1 or more', coalesce(days_old::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  delete from public.connector_sync_logs as log
  where log.id in (
    select old.id
    from public.connector_sync_logs as old
    where old.started_at < now() - make_interval(days => days_old)
      and old.status is distinct from 'running'
    order by old.started_at
    limit max_rows
    for update skip locked
  );
  get diagnostics deleted = row_count;
  return deleted;
end
