-- an index of a partitioned table changes, and is there on one partition already
create schema app;
create table app.logs (id bigint, at date) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
create table app.logs_2025 partition of app.logs for values from ('2025-01-01') to ('2026-01-01');
insert into app.logs values (1, '2024-02-29'), (2, '2025-02-28');
create index logs_2024_id_idx on app.logs_2024 (id);
create index logs_id on app.logs (id);
