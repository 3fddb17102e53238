-- a function with another argument list takes the place of one that a view calls
create schema app;
create table app.notes (id integer primary key, n integer);
create function app.times(x integer) returns integer language sql immutable set search_path = '' as $$ select 2 * $1 $$;
create view app.v as select id, app.times(n) as n from app.notes;
