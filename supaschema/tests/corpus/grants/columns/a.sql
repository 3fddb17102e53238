-- what roles may do with columns changes
create schema app;
create table app.notes (id bigint primary key, a text, b text);
grant select (id, a), insert (a) on app.notes to authenticated;
