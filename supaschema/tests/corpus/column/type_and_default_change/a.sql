-- type and default change, and the old default is no value of the new type
create schema app;
-- refused: USING
create table app.notes (id bigint primary key, n integer default 7);
insert into app.notes values (1, 5);
