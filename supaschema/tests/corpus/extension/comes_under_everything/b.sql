-- all that names what an extension brings comes after it: types, functions, operators, operator classes
create schema app;
create schema tools;
create extension intarray schema tools;
create extension hstore schema tools;
create domain app.tags as tools.hstore;
create table app.notes (
  id bigint primary key,
  marks integer[] default tools.sort(array[2, 1]),
  more tools.hstore default ''::tools.hstore,
  constraint few check (tools.icount(marks) < 10)
);
create index notes_marks on app.notes using gin (marks tools.gin__int_ops);
create view app.likely as select id, more from app.notes where marks operator(tools.&&) array[1];
create function app.first_of(given tools.hstore) returns text language sql as $$ select (tools.akeys(given))[1] $$;
