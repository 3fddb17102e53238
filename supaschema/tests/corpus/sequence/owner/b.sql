-- a sequence belongs to another role, alone and with a column
create schema app;
grant usage, create on schema app to service_role;
create sequence app.numbers;
alter sequence app.numbers owner to service_role;
create table app.notes (id serial primary key);
alter table app.notes owner to service_role;
