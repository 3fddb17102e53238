-- a function that the default of a partitioned table and its partitions calls is made anew
create schema app;
create function app.f() returns integer language sql as 'select 1::integer';
create table app.logs (id bigint, at date, level bigint default app.f()) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
create table app.logs_2025 partition of app.logs for values from ('2025-01-01') to ('2026-01-01');
insert into app.logs values (1, '2024-02-29', 3);
