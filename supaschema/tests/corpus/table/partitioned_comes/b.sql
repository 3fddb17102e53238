-- a partitioned table comes with its partitions
create schema app;
create table app.logs (id bigint, at date, primary key (id, at)) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
create table app.logs_rest partition of app.logs default;
