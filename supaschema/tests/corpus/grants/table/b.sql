-- what roles may do with a table changes
create schema app;
create table app.notes (id bigint primary key, a text);
grant select, update on app.notes to authenticated;
grant select on app.notes to anon;
