-- Callable by authenticated: owners and admins, for connectors of their own organization. It syncs again when it is due.
select private.manage_connector(resume_connector.connector_id, 'resume')
