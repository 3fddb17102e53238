-- a unique index over values of which two are equal
create schema app;
create table app.notes (id bigint primary key, a text);
insert into app.notes values (1, 'one'), (2, 'one');
