-- a role has handed on what it may do
create schema app;
grant usage on schema app to authenticated;
create table app.notes (id bigint primary key, a text);
grant select on app.notes to authenticated;
