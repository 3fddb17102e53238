-- a role may maintain a table
-- since: 17
create schema app;
create table app.notes (id bigint primary key, a text);
grant maintain on app.notes to service_role;
