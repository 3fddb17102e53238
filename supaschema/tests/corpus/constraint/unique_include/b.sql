-- a unique constraint comes that carries another column, with a storage option
create schema app;
create table app.notes (id bigint primary key, a text, b text, constraint u unique (a) include (b) with (fillfactor = 70));
insert into app.notes values (1, 'one', 'x');
