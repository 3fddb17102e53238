-- a child and its parent both go and both hold rows
-- returns
create schema app;
create table app.parents (id bigint primary key);
create table app.children (id bigint primary key, parent bigint references app.parents);
insert into app.parents values (1), (2);
insert into app.children values (10, 1), (20, 2);
