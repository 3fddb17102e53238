-- a virtual generated column comes, which rewrites nothing
-- since: 18
create schema app;
create table app.notes (id bigint primary key, n integer);
insert into app.notes values (1, 10);
