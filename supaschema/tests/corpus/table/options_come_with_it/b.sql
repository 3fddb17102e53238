-- a table comes with storage options
create schema app;
create table app.notes (id bigint primary key) with (fillfactor = 70);
