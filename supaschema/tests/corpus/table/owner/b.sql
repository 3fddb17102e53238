-- a table's owner is another role
create schema app;
grant all on schema app to service_role;
create table app.notes (id bigint primary key);
alter table app.notes owner to service_role;
