-- it reads a column and calls a function that come in the same plan
create schema app;
create table app.notes (id integer primary key, org integer, title text, size integer);
insert into app.notes values (1, 1, 'a', 1), (2, 1, 'b', 2), (3, 2, 'c', 3);
create function app.cut(a text) returns text immutable language sql as $$ select left(a, 1) $$;
create materialized view app.listed as select id, app.cut(title) as title, size from app.notes;
create index listed_id on app.listed (id);
create view app.short with (security_invoker) as select id from app.listed;
