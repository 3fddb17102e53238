-- a table with partitions of partitions gains indexes, keys and a foreign key
create schema app;
create table app.parents (id bigint primary key);
create table app.logs (id bigint not null, at date not null, body text) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
create table app.logs_2025 partition of app.logs for values from ('2025-01-01') to ('2026-01-01') partition by list (id);
create table app.logs_2025_1 partition of app.logs_2025 for values in (1);
create table app.logs_rest partition of app.logs default;
insert into app.parents values (1);
insert into app.logs (id, at, body) values (1, '2024-02-29', 'x'), (1, '2025-02-28', 'y'), (1, '2030-01-01', 'z');
