-- an extension goes after the column of its type, whose values the archive keeps
create schema app;
create table app.people (id bigint primary key);
insert into app.people values (1);
