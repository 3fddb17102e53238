-- a unique constraint comes to a table with rows
create schema app;
create table app.notes (id bigint primary key, code text);
insert into app.notes values (1, 'one'), (2, null), (3, null);
