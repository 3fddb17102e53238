-- a partitioned table goes with all of its partitions, rows, a key and a foreign key
create schema app;
create table app.parents (id bigint primary key);
insert into app.parents values (1);
