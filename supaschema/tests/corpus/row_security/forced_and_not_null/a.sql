-- a column is to refuse NULL in a table whose owner sees no row, and a row holds one
create schema app;
create table app.notes (id bigint primary key, n integer);
insert into app.notes values (1, null);
alter table app.notes enable row level security;
alter table app.notes force row level security;
