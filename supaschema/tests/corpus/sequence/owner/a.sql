-- a sequence belongs to another role, alone and with a column
-- refused: sequence app.numbers belongs to service_role
create schema app;
grant usage, create on schema app to service_role;
create sequence app.numbers;
create table app.notes (id serial primary key);
