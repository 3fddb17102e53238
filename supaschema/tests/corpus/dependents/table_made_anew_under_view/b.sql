-- a view that reads one table comes to read a new one, and the old one goes
create schema app;
create table app.new_notes (id integer primary key, n integer);
create view app.v as select id, n from app.new_notes;
