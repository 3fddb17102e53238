-- For connector_monitor alone. An error is what a provider or a service wrote: its first line is told, as far as a screen
-- goes, and without anything that the connector authenticates with, should a service have written that into it, as it
-- stands or as JSON writes it.
-- Where credentials are too many to look for, nothing of the error is told. Both are what a member may write, of any length:
-- no more of an error is looked at than its first two thousand characters.
declare
  failing record;
  secret text;
begin
  for failing in
    select health.*, config.credentials, config.webhook_secret
    from public.connector_health as health
    join public.connector_configs as config on config.id = health.connector_id
    where health.health in ('failing', 'overdue')
    order by health.health, health.error_count desc, health.last_error_at desc nulls last, health.connector_id
    limit 100
  loop
    last_error := left(failing.last_error, 2000);
    if length(failing.credentials::text) > 100000 then
      last_error := '(not told: credentials of this length are not looked for in it)';
    elsif last_error is not null then
      for secret in
        select form.value
        from (
          select found.leaf #>> '{}' as value
          from jsonb_path_query(
            failing.credentials, 'strict $.** ? (@.type() == "string" || @.type() == "number")'
          ) as found (leaf)
          union all
          select failing.webhook_secret
        ) as known
        cross join lateral (select to_jsonb(known.value)::text as value) as quoted
        cross join lateral (
          values (known.value), (substr(quoted.value, 2, length(quoted.value) - 2))
        ) as form (value)
        where length(known.value) >= 4
        group by form.value
        order by length(form.value) desc
      loop
        last_error := replace(last_error, secret, '***');
      end loop;
      last_error := left(split_part(ltrim(last_error, E' \t\r\n'), E'\n', 1), 200);
    end if;
    connector_id := failing.connector_id;
    org_id := failing.org_id;
    connector_type := failing.connector_type;
    health := failing.health;
    error_count := failing.error_count;
    last_error_at := failing.last_error_at;
    last_sync_at := failing.last_sync_at;
    next_sync_at := failing.next_sync_at;
    return next;
  end loop;
end
