-- a column gets another type and refuses NULL
create schema app;
create table app.notes (id bigint primary key, n integer);
insert into app.notes values (1, 10);
