-- a role loses a table and keeps a column of it
create schema app;
create table app.notes (id bigint primary key, a text);
grant update on app.notes to authenticated;
grant select (a), update (a) on app.notes to authenticated;
