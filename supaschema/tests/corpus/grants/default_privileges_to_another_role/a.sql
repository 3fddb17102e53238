-- objects come where default privileges give rights to a role that is not the API's
create schema app;
alter default privileges in schema app grant select on tables to pg_monitor;
alter default privileges in schema app grant execute on functions to pg_monitor;
