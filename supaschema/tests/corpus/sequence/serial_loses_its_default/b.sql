-- a serial column becomes a plain one, and its sequence goes
create schema app;
create table app.notes (id integer primary key, body text);
