-- a partitioned table goes with all of its partitions, rows, a key and a foreign key
-- returns
create schema app;
create table app.parents (id bigint primary key);
create table app.logs (id bigint references app.parents, at date, size integer check (size > 0), primary key (id, at)) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
create table app.logs_rest partition of app.logs default;
create index logs_size on app.logs (size);
insert into app.parents values (1);
insert into app.logs values (1, '2024-02-29', 1), (1, '2030-01-01', 2);
