-- a generated column's expression changes
create schema app;
create table app.notes (id bigint primary key, n integer, m integer generated always as (n * 3) stored);
insert into app.notes (id, n) values (1, 10);
