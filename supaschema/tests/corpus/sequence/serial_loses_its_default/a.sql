-- a serial column becomes a plain one, and its sequence goes
create schema app;
create table app.notes (id serial primary key, body text);
insert into app.notes (body) values ('one');
