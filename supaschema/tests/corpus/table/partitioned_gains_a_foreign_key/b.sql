-- a partitioned table gains a foreign key
create schema app;
create table app.parents (id bigint primary key);
insert into app.parents values (1);
create table app.logs (id bigint, at date) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
insert into app.logs values (1, '2024-02-29');
alter table app.logs add constraint parent foreign key (id) references app.parents;
