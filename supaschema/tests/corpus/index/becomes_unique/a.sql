-- an index becomes unique
create schema app;
create table app.notes (id bigint primary key, a text);
insert into app.notes values (1, 'one');
create index i on app.notes (a);
