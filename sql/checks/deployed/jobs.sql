-- Jobs of pg_cron, as their owner sees them.
select jobname, schedule, command, active, database
from cron.job
where jobname is not null and username = current_user
