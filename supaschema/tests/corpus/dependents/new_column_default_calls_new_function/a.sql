-- a column comes whose default calls a function that comes
create schema app;
create table app.notes (id bigint primary key);
insert into app.notes values (1), (2);
