-- a partitioned table's default changes, and a partition has another one of its own
create schema app;
create table app.logs (id bigint, at date, level integer default 2) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
create table app.logs_2025 partition of app.logs for values from ('2025-01-01') to ('2026-01-01');
alter table only app.logs_2025 alter column level set default 9;
insert into app.logs values (1, '2024-02-29', 3);
