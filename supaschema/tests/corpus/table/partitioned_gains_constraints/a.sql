-- a partitioned table gains a primary key, a check and a NOT NULL
create schema app;
create table app.logs (id bigint not null, at date not null, body text) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
insert into app.logs values (1, '2024-02-29', 'x');
