-- a generated column and the one that it is computed from come, in no order
create schema app;
create table app.notes (id bigint primary key, m integer generated always as (coalesce(k, 1) * 2) stored, k integer);
insert into app.notes (id) values (1);
