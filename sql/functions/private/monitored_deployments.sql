-- For connector_monitor alone: when statements were run, and by which login; not the statements, which may hold keys.
-- What follows within fifteen minutes belongs to one deployment. Of the last thirty days, the last twenty.
begin
  return query
  select min(run.at), max(run.at), min(run.actor), count(*), sum(run.seconds)
  from (
    select step.at, step.actor, step.seconds, sum(step.starts) over (order by step.id) as number
    from (
      select history.id, history.at, history.actor, history.seconds,
        case
          when history.at - lag(history.at) over (order by history.id) < interval '15 minutes'
            and history.actor = lag(history.actor) over (order by history.id)
          then 0
          else 1
        end as starts
      from supaschema.history as history
      where history.at > now() - interval '30 days'
    ) as step
  ) as run
  group by run.number
  order by 1 desc
  limit 20;
end
