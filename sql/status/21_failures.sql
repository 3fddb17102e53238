-- Failing or overdue
-- The worst first, at most a hundred. Names and credentials are not told.
select connector_id, org_id, connector_type, health, error_count as errors, last_error_at, last_sync_at, last_error
from private.monitored_failures()
