-- a check comes on a column whose type changes, and holds of the new type only
create schema app;
-- refused: USING
create table app.notes (id bigint primary key, n integer);
insert into app.notes values (1, 10);
