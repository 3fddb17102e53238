-- default privileges go, and what was given by them stays
create schema app;
alter default privileges in schema app grant select on tables to pg_monitor;
create table app.notes (id bigint primary key);
