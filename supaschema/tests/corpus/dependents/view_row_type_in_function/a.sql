-- a function gives a view's rows, and the view gets a column in the middle
create schema app;
create table app.notes (id integer primary key, x integer, y integer);
create view app.v as select id, y from app.notes;
create function app.first() returns app.v language sql stable set search_path = '' as $$ select v from app.v v limit 1 $$;
create function app.every() returns setof app.v language sql stable set search_path = '' as $$ select v from app.v v $$;
comment on function app.first() is 'the first';
revoke execute on function app.first() from public;
grant execute on function app.first() to authenticated;
