-- a schema's owner is another role
-- refused: belongs to service_role, who may put anything in its place
create schema app;
