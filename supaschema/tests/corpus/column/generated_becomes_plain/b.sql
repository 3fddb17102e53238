-- a generated column becomes a plain one
create schema app;
create table app.notes (id bigint primary key, n integer, m integer);
insert into app.notes values (1, 10, 20);
