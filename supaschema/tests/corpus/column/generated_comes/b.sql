-- a stored generated column comes to a table with rows, which is rewritten
create schema app;
create table app.notes (id bigint primary key, n integer);
insert into app.notes values (1, 10);
alter table app.notes add column twice integer generated always as (n * 2) stored;
