-- a NOT NULL is not proven for the rows that are there, of which one holds NULL
-- since: 18
create schema app;
create table app.notes (id bigint primary key, body text);
insert into app.notes values (1, null);
