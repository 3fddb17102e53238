-- what roles may do with a table changes
create schema app;
create table app.notes (id bigint primary key, a text);
grant select, insert on app.notes to authenticated;
grant all on app.notes to service_role;
