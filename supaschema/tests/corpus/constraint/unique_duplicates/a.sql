-- a unique constraint over values of which two are equal
create schema app;
create table app.notes (id bigint primary key, code text);
insert into app.notes values (1, 'one'), (2, 'one');
