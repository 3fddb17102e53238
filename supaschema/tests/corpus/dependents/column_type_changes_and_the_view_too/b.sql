-- a column's type and the view that gives it both change
create schema app;
create table app.notes (id integer primary key, n bigint, m integer);
create view app.v as select id, m, n from app.notes;
insert into app.notes values (1, 10, 11);
grant select on app.v to anon;
