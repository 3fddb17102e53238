-- row level security is turned on for a table with rows
create schema app;
create table app.notes (id bigint primary key);
insert into app.notes values (1);
