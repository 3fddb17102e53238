-- a column without a default that refuses NULL comes to a table with rows
create schema app;
-- refused: body
create table app.notes (id bigint primary key, body text not null);
insert into app.notes values (1, 'one');
