-- a unique constraint comes that carries another column, with a storage option
create schema app;
create table app.notes (id bigint primary key, a text, b text);
insert into app.notes values (1, 'one', 'x');
