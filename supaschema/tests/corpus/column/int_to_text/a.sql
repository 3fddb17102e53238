-- an integer becomes a text; there is no cast back without USING
create schema app;
-- refused: USING
create table app.notes (id bigint primary key, n integer);
insert into app.notes values (1, 10);
