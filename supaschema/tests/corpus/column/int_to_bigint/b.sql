-- an integer becomes a bigint, which rewrites the table
create schema app;
create table app.notes (id bigint primary key, n bigint default 7);
insert into app.notes values (1, 10), (2, null);
