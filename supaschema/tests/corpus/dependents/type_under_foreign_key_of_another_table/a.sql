-- the type of a column changes to which a foreign key of another table refers
create schema app;
create table app.parents (id integer primary key);
create table app.children (id integer primary key, parent bigint references app.parents);
insert into app.parents values (1), (2);
insert into app.children values (10, 1), (20, 2);
