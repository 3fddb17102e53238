-- a column goes and with it the index, the unique constraint and the check on it
-- returns
create schema app;
create table app.notes (id integer primary key, n integer unique, constraint low check (n < 100));
create index notes_n on app.notes (n);
insert into app.notes values (1, 10);
