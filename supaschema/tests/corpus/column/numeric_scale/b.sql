-- a numeric gets more decimals, which rewrites the table
create schema app;
create table app.notes (id bigint primary key, n numeric(12, 4));
insert into app.notes values (1, 10.25);
