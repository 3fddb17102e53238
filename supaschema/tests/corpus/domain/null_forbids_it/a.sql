-- Rows hold NULL where a domain over the domain is to refuse it.
create schema app;
create domain app.word as text;
create domain app.name as app.word;
create table app.notes (id integer primary key, name app.name);
insert into app.notes values (1, null);
