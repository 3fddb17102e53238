-- a unique constraint becomes deferrable
create schema app;
create table app.notes (id bigint primary key, a text, constraint u unique (a) deferrable);
insert into app.notes values (1, 'one');
