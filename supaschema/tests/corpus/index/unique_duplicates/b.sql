-- a unique index over values of which two are equal
create schema app;
-- refused: notes_a
create table app.notes (id bigint primary key, a text);
create unique index notes_a on app.notes (a);
insert into app.notes values (1, 'one');
