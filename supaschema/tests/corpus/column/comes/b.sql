-- a nullable column comes to a table with rows
create schema app;
create table app.notes (id bigint primary key);
insert into app.notes values (1), (2);
alter table app.notes add column body text;
