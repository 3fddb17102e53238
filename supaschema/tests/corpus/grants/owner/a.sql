-- a table's owner may not delete its rows
create schema app;
create table app.notes (id bigint primary key, a text);
