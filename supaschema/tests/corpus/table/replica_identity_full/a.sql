-- a table's replica identity becomes the whole row
create schema app;
create table app.notes (id bigint primary key, body text);
