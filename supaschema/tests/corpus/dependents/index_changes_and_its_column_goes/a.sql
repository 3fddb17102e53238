-- an index loses one of its columns, which goes
-- returns
create schema app;
create table app.notes (id integer primary key, n integer, m integer);
create index notes_nm on app.notes (n, m);
insert into app.notes values (1, 10, 10);
