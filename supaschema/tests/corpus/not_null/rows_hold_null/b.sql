-- a column with a NULL is to refuse NULL
create schema app;
-- refused: hold NULL
create table app.notes (id bigint primary key, body text not null);
insert into app.notes values (1, 'one');
