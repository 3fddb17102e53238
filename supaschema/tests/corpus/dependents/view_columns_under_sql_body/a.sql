-- a view that a function's SQL body reads loses a column
create schema app;
create table app.notes (id integer primary key, x integer, y integer);
create view app.v as select id, x, y from app.notes;
create function app.total() returns bigint language sql stable set search_path = ''
  begin atomic select sum(y) from app.v; end;
