-- a table's owner is another role
-- refused: belongs to service_role, who may put anything in its place
create schema app;
grant all on schema app to service_role;
create table app.notes (id bigint primary key);
