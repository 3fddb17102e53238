-- a publication and the tables that it publishes come and go together
create schema app;
create table app.notes (id bigint primary key, body text);
create table app.logs (at timestamptz not null, said text) partition by range (at);
create table app.logs_1 partition of app.logs for values from ('2020-01-01') to ('2021-01-01');
create publication feed for table app.notes, app.logs with (publish_via_partition_root = true);
