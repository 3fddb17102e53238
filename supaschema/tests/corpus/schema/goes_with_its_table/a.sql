-- a schema goes with the table in it
create schema app;
create table app.notes (id bigint primary key);
