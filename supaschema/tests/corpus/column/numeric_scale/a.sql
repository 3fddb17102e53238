-- a numeric gets more decimals, which rewrites the table
create schema app;
create table app.notes (id bigint primary key, n numeric(10, 2));
insert into app.notes values (1, 10.25);
