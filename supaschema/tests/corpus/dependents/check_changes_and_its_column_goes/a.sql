-- a check loses one of its columns, which goes
create schema app;
create table app.notes (id integer primary key, n integer, m integer, constraint low check (n < 100 and m < 100));
insert into app.notes values (1, 10, 10);
