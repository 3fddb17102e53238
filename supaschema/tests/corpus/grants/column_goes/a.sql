-- a column goes on which a role has grants
-- returns
create schema app;
create table app.notes (id bigint primary key, a text);
grant select (a) on app.notes to authenticated;
grant select (id) on app.notes to authenticated;
