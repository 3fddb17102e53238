-- a function takes an array of a view's rows, and the view loses a column
create schema app;
create table app.notes (id integer primary key, x integer, y integer);
create view app.v as select id, x, y from app.notes;
create function app.size(items app.v[] default '{}') returns integer language sql immutable set search_path = ''
  as $$ select pg_catalog.cardinality($1) $$;
