-- a schema has another name, and so has a table, and what their partitions are of loses a column
create schema app;
create schema bureau;
create table app.records (id bigint, at date) partition by range (at);
create table app.logs_2024 partition of app.records for values from ('2024-01-01') to ('2025-01-01');
create table bureau.days (id bigint, at date) partition by range (at);
create table bureau.days_2024 partition of bureau.days for values from ('2024-01-01') to ('2025-01-01');
insert into app.records values (1, '2024-02-29');
insert into bureau.days values (1, '2024-02-29');
