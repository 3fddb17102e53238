-- Schedules
-- The jobs of pg_cron that belong to the owner; none where the database has no pg_cron.
select jobname as job, schedule, active
from supaschema.jobs()
order by jobname
