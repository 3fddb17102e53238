-- Callable by authenticated: owners and admins, for connectors of their own organization. What had failed counts no more.
select private.manage_connector(reset_connector_errors.connector_id, 'reset errors')
