-- Callable by service_role; pg_cron calls it hourly where the database has it. An event that still waits is
-- work, however old, and stays.
declare
  deleted bigint;
begin
  if days_old is null or days_old < 1 then
    raise exception 'days_old is %: give 1 or more', coalesce(days_old::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  delete from public.connector_webhook_events as event
  where event.id in (
    select old.id
    from public.connector_webhook_events as old
    where old.received_at < now() - make_interval(days => days_old)
      and old.processed
    order by old.received_at
    limit max_rows
    for update skip locked
  );
  get diagnostics deleted = row_count;
  return deleted;
end
