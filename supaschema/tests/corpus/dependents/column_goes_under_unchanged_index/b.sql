-- a column goes and with it the index, the unique constraint and the check on it
create schema app;
create table app.notes (id integer primary key);
insert into app.notes values (1);
