-- a column comes to an empty table that refuses NULL and has no default
create schema app;
create table app.notes (id bigint primary key);
alter table app.notes add column body text not null;
