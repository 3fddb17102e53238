-- the type of a column changes that a view names in its condition only
create schema app;
create table app.notes (id integer primary key, n integer);
insert into app.notes values (1, 10), (2, 20);
create view app.v with (security_invoker = true) as select id from app.notes where n > 5;
