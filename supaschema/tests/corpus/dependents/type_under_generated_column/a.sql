-- the type of a column changes that a generated column names
create schema app;
create table app.notes (id integer primary key, n integer, twice bigint generated always as (n * 2) stored);
insert into app.notes values (1, 10), (2, 20);
