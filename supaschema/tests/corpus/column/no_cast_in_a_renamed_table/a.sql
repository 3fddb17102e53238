-- a type that takes a cast nobody makes, in a table that is renamed by the same plan
create schema app;
create table app.notes (id integer primary key, value varchar(40));
insert into app.notes values (1, '7');
