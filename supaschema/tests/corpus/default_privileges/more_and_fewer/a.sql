-- default privileges give one role more and another one less
create schema app;
alter default privileges in schema app grant select, insert on tables to anon;
alter default privileges in schema app grant select on tables to pg_monitor;
