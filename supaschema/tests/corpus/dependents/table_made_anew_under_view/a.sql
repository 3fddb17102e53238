-- a view that reads one table comes to read a new one, and the old one goes
-- returns
create schema app;
create table app.old_notes (id integer primary key, n integer);
create view app.v as select id, n from app.old_notes;
insert into app.old_notes values (1, 10);
