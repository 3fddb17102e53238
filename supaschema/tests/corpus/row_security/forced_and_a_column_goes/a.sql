-- a column with values goes from a table whose owner sees no row
-- returns
create schema app;
create table app.notes (id bigint primary key, n integer);
insert into app.notes values (1, 10);
alter table app.notes enable row level security;
alter table app.notes force row level security;
