-- a schema has another name, and so has a table, and what their partitions are of loses a column
create schema app;
create schema office;
create table app.logs (id bigint, at date, body text) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
create table office.days (id bigint, at date, body text) partition by range (at);
create table office.days_2024 partition of office.days for values from ('2024-01-01') to ('2025-01-01');
insert into app.logs values (1, '2024-02-29');
insert into office.days values (1, '2024-02-29');
