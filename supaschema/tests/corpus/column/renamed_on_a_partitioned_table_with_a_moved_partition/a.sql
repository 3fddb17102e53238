-- a column of a partitioned table has another name, and a partition is in another schema
create schema app;
create schema old;
create table app.notes (id integer, body text) partition by range (id);
create table app.first_notes partition of app.notes for values from (minvalue) to (2);
insert into app.notes values (1, 'a');
