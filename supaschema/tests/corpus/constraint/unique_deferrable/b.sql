-- a deferrable unique constraint comes to a table with rows
create schema app;
create table app.notes (id bigint primary key, a text, constraint u unique (a) deferrable initially deferred);
insert into app.notes values (1, 'one');
