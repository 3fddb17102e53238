-- Callable by authenticated: owners and admins, for connectors of their own organization. Manual, hourly, daily or weekly; the next
-- sync is so long after the last one.
select private.manage_connector(
  change_connector_frequency.connector_id, 'change frequency', change_connector_frequency.frequency
)
