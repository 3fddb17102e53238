-- Callable by authenticated: owners and admins, for connectors of their own organization. It syncs no more until it is resumed.
select private.manage_connector(pause_connector.connector_id, 'pause')
