-- a generated column's expression changes that a view gives and a role may read
create schema app;
create table app.notes (id integer primary key, n integer, m integer generated always as (n * 3) stored);
insert into app.notes values (1, 10), (2, 20);
comment on column app.notes.m is 'computed';
grant select (m) on app.notes to authenticated;
create view app.v as select id, m from app.notes;
