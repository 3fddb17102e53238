-- a type that no cast leads home from, where a partition has the column's name
create schema app;
create table app.notes (id integer, done text) partition by range (id);
create table app.done partition of app.notes for values from (minvalue) to (2);
insert into app.notes values (1, true);
