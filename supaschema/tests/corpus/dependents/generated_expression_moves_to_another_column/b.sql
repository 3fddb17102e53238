-- what a stored column is computed from goes, and another column takes its place
create schema app;
create table app.notes (id bigint primary key, m integer generated always as (k * 2) stored, k integer);
create index notes_m on app.notes (m);
insert into app.notes (id, k) values (1, 10);
