-- default privileges go, and what was given by them stays
create schema app;
create table app.notes (id bigint primary key);
grant select on app.notes to pg_monitor;
