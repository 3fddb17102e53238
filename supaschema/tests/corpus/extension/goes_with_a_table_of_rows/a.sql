-- an extension goes with a table of its type that holds rows, which the archive keeps
-- returns
create schema app;
create extension citext schema app;
create table app.people (id bigint primary key, mail app.citext not null unique, more app.citext[]);
insert into app.people values (1, 'A@b', '{x}');
