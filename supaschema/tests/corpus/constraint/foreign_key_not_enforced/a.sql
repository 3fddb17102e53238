-- a foreign key is not enforced
-- since: 18
create schema app;
create table app.parents (id bigint primary key);
create table app.children (id bigint primary key, parent bigint);
insert into app.children values (10, 1);
