-- a bigint becomes a timestamp, for which there is no cast
create schema app;
-- refused: USING
create table app.notes (id bigint primary key, at timestamptz);
insert into app.notes values (1, '2024-02-29');
