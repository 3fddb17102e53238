-- a column comes with a collation
create schema app;
create table app.notes (id bigint primary key);
insert into app.notes values (1);
alter table app.notes add column body text collate "C";
