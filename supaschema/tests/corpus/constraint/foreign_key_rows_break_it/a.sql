-- a foreign key comes that a row breaks
create schema app;
create table app.parents (id bigint primary key);
insert into app.parents values (1);
create table app.children (id bigint primary key, parent bigint);
insert into app.children values (10, 1), (11, 2);
