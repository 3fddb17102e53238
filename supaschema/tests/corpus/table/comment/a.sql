-- a table's comment comes
create schema app;
create table app.notes (id bigint primary key);
