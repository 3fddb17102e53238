-- a virtual generated column comes, which rewrites nothing
-- since: 18
create schema app;
create table app.notes (id bigint primary key, n integer);
insert into app.notes values (1, 10);
alter table app.notes add column twice integer generated always as (n * 2) virtual;
