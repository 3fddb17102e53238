-- a domain whose name has quotes in it moves to another schema, with a column of it
create schema app;
create schema other;
create domain other."say ""x""" as date;
create table app.notes (id bigint, at other."say ""x""");
insert into app.notes values (1, '2024-02-29');
