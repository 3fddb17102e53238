-- a column's statistics target and options change
create schema app;
create table app.notes (id bigint primary key, body text);
alter table app.notes alter column body set statistics 500;
alter table app.notes alter column body set (n_distinct = -0.5);
