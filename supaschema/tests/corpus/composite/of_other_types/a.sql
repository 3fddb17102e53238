-- Composite types of enum types, domains, composite types and the rows of tables come, and columns of them.
create schema app;
create table app.notes (id integer primary key);
insert into app.notes values (1);
