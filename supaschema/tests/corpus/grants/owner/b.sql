-- a table's owner may not delete its rows
create schema app;
create table app.notes (id bigint primary key, a text);
revoke delete, truncate on app.notes from postgres;
grant select on app.notes to anon;
