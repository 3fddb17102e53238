-- a generated column is computed when it is read instead of stored
-- since: 18
create schema app;
create table app.notes (id bigint primary key, n integer, twice integer generated always as (n * 2) virtual);
insert into app.notes (id, n) values (1, 10);
