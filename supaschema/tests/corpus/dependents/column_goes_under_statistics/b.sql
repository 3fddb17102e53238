-- a column goes that extended statistics name, and they with it
create schema app;
create table app.notes (id bigint primary key, x integer);
