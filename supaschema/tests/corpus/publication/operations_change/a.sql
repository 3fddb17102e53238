-- what a publication publishes of its tables changes in place
create schema app;
create table app.notes (id bigint primary key);
create publication feed for table app.notes with (publish = 'insert', publish_via_partition_root = true);
comment on publication feed is 'a';
