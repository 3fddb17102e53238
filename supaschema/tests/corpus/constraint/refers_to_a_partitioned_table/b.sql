-- a foreign key comes and goes that refers to a partitioned table
create schema app;
create table app.logs (id bigint, at date, primary key (id, at)) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
insert into app.logs values (1, '2024-02-29');
create table app.lines (id bigint primary key, log bigint, at date);
insert into app.lines values (1, 1, '2024-02-29');
alter table app.lines add constraint log foreign key (log, at) references app.logs (id, at);
