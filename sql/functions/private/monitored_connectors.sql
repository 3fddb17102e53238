-- For connector_monitor alone, who may read none of the tables: numbers, and no connector by itself.
begin
  return query
  select health.connector_type, health.health, count(*)
  from public.connector_health as health
  group by health.connector_type, health.health;
end
