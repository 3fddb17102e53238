-- a column comes whose type is a domain that checks its values, and one of a domain that does not
create schema app;
create domain app.short as text check (length(value) < 10);
create domain app.shorter as app.short;
create domain app.plain as text;
create table app.notes (id bigint primary key);
create table app.others (id bigint primary key);
insert into app.notes values (1);
insert into app.others values (1);
