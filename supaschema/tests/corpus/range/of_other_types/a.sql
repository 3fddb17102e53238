-- Ranges of an enum type and a domain come, and columns, indexes and constraints of them.
create schema app;
create table app.notes (id integer primary key);
insert into app.notes values (1);
