-- Webhook events
-- Of each connector type: what waits, what was tried again, what fails.
select connector_type, waiting, retried, failing, oldest_at, received_today
from private.monitored_webhooks()
order by waiting desc, connector_type
