-- a column comes to an empty table that refuses NULL and has no default
create schema app;
create table app.notes (id bigint primary key);
