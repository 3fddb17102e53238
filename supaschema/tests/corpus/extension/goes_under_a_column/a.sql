-- an extension goes after the column of its type, whose values the archive keeps
-- returns
create schema app;
create extension citext schema app;
create table app.people (id bigint primary key, mail app.citext);
insert into app.people values (1, 'A@b');
