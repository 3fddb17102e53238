-- objects come where default privileges give rights to a role that is not the API's
create schema app;
alter default privileges in schema app grant select on tables to pg_monitor;
alter default privileges in schema app grant execute on functions to pg_monitor;
create table app.notes (id bigint primary key);
create view app.v as select id from app.notes;
create function app.f() returns integer language sql set search_path = '' as $$ select 1 $$;
revoke all on app.notes, app.v from pg_monitor;
revoke all on function app.f() from pg_monitor;
