-- the types of both columns of a foreign key change
create schema app;
create table app.parents (id bigint primary key);
create table app.children (id integer primary key, parent bigint references app.parents on delete cascade);
insert into app.parents values (1), (2);
insert into app.children values (10, 1), (20, 2);
