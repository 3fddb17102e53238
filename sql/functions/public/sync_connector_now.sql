-- Callable by authenticated: owners and admins, for connectors of their own organization. The next worker takes it.
select private.manage_connector(sync_connector_now.connector_id, 'sync now')
