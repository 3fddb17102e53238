-- a table with rows is not logged
create schema app;
create unlogged table app.notes (id bigint primary key);
insert into app.notes values (1);
