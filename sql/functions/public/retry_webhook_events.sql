-- Callable by authenticated: owners and admins, for connectors of their own organization. Without a connector: of all. Gives how many
-- events wait again.
select private.retry_own_webhook_events(retry_webhook_events.connector_id)
