-- a column's collation changes
create schema app;
create table app.notes (id bigint primary key, body text collate "C");
insert into app.notes values (1, 'one');
