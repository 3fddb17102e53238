-- a partitioned table with rows loses a column
-- returns
create schema app;
create table app.logs (id bigint, at date, body text, primary key (id, at)) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
insert into app.logs values (1, '2024-02-29', 'x');
