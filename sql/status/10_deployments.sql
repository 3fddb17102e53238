-- Deployments
-- What was run here in the last thirty days, by the ledger; the statements themselves are not told.
select began_at, ended_at, actor as login, statements, round(seconds::numeric, 1) as seconds
from private.monitored_deployments()
order by began_at desc
limit 5
