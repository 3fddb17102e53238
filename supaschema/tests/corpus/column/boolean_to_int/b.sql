-- a boolean becomes an integer: there is a cast, and none that is made unasked
create schema app;
-- refused: USING
create table app.notes (id bigint primary key, n integer);
insert into app.notes values (1, 1);
