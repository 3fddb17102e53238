-- a check is not proven for the rows that are there, of which one breaks it
create schema app;
create table app.notes (id bigint primary key, n integer);
insert into app.notes values (1, 10), (2, -1);
