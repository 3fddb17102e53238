-- a column's type changes in a partitioned table with views of a partition
create schema app;
create table app.logs (id bigint, at date, size integer) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
create table app.logs_2025 partition of app.logs for values from ('2025-01-01') to ('2026-01-01') partition by list (id);
create table app.logs_2025_1 partition of app.logs_2025 for values in (1);
create view app.sizes as select sum(size) as total from app.logs_2024;
create view app.few as select size from app.logs_2025_1;
insert into app.logs values (1, '2024-02-29', 5), (1, '2025-02-28', 6);
