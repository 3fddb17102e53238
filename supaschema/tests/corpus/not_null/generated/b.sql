-- a generated column refuses NULL
create schema app;
create table app.notes (id bigint primary key, n integer not null, m integer not null generated always as (n + 1) stored);
insert into app.notes values (1, 10);
