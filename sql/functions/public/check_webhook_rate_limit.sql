-- Callable by service_role: a webhook route asks before it stores an event, and answers 429 with
-- `retry_after_seconds` where the event is not allowed. Every call counts, deliveries of the same event too.
-- With `when_exceeded => 'refuse'` the answer past the limit is an error that PostgREST makes a 429 of; that call is
-- rolled back, so the counter stays at the limit, and is past it again with the next call.
-- The row's lock makes the count exact among concurrent calls.
declare
  asked_at constant timestamptz := clock_timestamp();
  counted record;
begin
  if (max_events >= 1 and window_seconds >= 1) is not true then
    raise exception 'a rate limit of % events in % seconds makes no sense',
        coalesce(max_events::text, 'NULL'), coalesce(window_seconds::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  if (when_exceeded in ('answer', 'refuse')) is not true then
    raise exception 'when_exceeded is %: give answer or refuse', coalesce(when_exceeded, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  if not exists (
    select from public.connector_configs as config where config.id = check_webhook_rate_limit.connector_id
  ) then
    raise exception 'unknown connector %', coalesce(check_webhook_rate_limit.connector_id::text, 'NULL')
      using errcode = 'no_data_found';
  end if;

  insert into private.webhook_rate_counters as counter (connector_id, window_started_at, events)
  values (check_webhook_rate_limit.connector_id, asked_at, 1)
  on conflict on constraint webhook_rate_counters_pkey do update
  set
    events = case
      when counter.window_started_at + make_interval(secs => window_seconds) > asked_at
        then least(counter.events, 2147483646) + 1
      else 1
    end,
    window_started_at = case
      when counter.window_started_at + make_interval(secs => window_seconds) > asked_at then counter.window_started_at
      else asked_at
    end
  returning counter.events, counter.window_started_at into counted;

  allowed := counted.events <= max_events;
  remaining := greatest(max_events - counted.events, 0);
  retry_after_seconds := case when allowed then 0 else greatest(
    ceil(extract(epoch from counted.window_started_at - asked_at) + window_seconds)::integer, 1
  ) end;
  if not allowed and when_exceeded = 'refuse' then
    raise exception 'connector % has had its % events in % seconds', connector_id, max_events, window_seconds
      using errcode = 'PT429',
            detail = retry_after_seconds::text,
            hint = format('Try again in %s seconds.', retry_after_seconds);
  end if;
  return next;
end
