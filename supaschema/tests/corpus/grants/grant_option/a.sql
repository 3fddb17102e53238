-- a role may hand on what it may do
create schema app;
create table app.notes (id bigint primary key, a text);
grant select on app.notes to authenticated;
