-- a table comes that inherits from another
create schema app;
create table app.notes (id bigint, constraint positive check (id > 0));
