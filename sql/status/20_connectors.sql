-- Connectors
-- How many of each type are in which health, as the view connector_health words it.
select connector_type, health, connectors
from private.monitored_connectors()
order by connector_type, health
