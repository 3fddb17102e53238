-- A column is ordered by another collation, and the former one goes.
create schema app;
create collation app.terms (provider = libc, locale = 'C.UTF-8');
create table app.notes (id integer primary key, body text collate app.terms);
insert into app.notes values (1, 'a');
create index i on app.notes (body);
