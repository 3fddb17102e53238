-- a check comes that a row breaks
create schema app;
-- refused: break the check
create table app.notes (id bigint primary key, n integer, constraint positive check (n > 0));
insert into app.notes values (1, 10);
