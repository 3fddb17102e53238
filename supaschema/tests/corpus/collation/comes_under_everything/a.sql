-- A collation comes with all that can name one: columns, indexes, types, checks, views, functions and keys.
create schema app;
create table app.notes (id integer primary key);
insert into app.notes values (1);
