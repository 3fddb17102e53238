-- a bigint becomes a timestamp, for which there is no cast
create schema app;
-- refused: USING
create table app.notes (id bigint primary key, at bigint);
insert into app.notes values (1, 1700000000);
