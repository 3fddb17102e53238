-- A trigger's function; nobody calls it. The worker polls run_at, so a job's run_after has to show there:
-- no second condition, no second index, and the poll is as fast as before.
-- Where the writer sets both, the later one counts.
begin
  if tg_op = 'UPDATE' and new.run_at is not distinct from old.run_at then
    new.run_at := new.run_after;
  else
    new.run_at := greatest(new.run_at, new.run_after);
  end if;
  return new;
end
