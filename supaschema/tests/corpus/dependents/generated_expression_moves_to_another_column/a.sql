-- what a stored column is computed from goes, and another column takes its place
create schema app;
create table app.notes (id bigint primary key, n integer, m integer generated always as (n * 2) stored);
create index notes_m on app.notes (m);
insert into app.notes (id, n) values (1, 10);
