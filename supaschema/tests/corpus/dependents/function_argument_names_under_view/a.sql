-- the names of a function's arguments change that a view calls
create schema app;
create table app.notes (id integer primary key, n integer);
create function app.twice(x integer) returns integer language sql immutable set search_path = '' as $$ select 2 * $1 $$;
comment on function app.twice(integer) is 'doubles';
create view app.v as select id, app.twice(n) as n from app.notes;
