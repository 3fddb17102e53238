-- objects come in one plan with default privileges, which give nothing of them
create schema app;
create table app.notes (id bigint primary key, body text);
create view app.v as select id from app.notes;
create sequence app.numbers;
create function app.f() returns integer language sql set search_path = '' as $$ select 1 $$;
create type app.mood as enum ('good');
alter default privileges in schema app grant all on tables to pg_monitor;
alter default privileges in schema app grant all on sequences to pg_monitor;
alter default privileges in schema app grant all on functions to pg_monitor;
alter default privileges in schema app grant all on types to pg_monitor;
