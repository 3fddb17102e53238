-- a unique constraint over values of which two are equal
create schema app;
-- refused: code
create table app.notes (id bigint primary key, code text constraint code unique);
insert into app.notes values (1, 'one');
