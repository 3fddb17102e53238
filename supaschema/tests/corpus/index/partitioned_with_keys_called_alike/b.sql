-- indexes of a partitioned table have two keys of one name, a column and expressions
create schema app;
create table app.logs (id bigint, "order" date) partition by range ("order");
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
create index by_order on app.logs ("order") include ("order");
create index by_sums on app.logs ((id + 1), (id + 2));
