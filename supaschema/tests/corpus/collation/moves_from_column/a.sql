-- A column is ordered by another collation, and the former one goes.
create schema app;
create collation app.words (provider = libc, locale = 'C');
create table app.notes (id integer primary key, body text collate app.words);
insert into app.notes values (1, 'a');
create index i on app.notes (body);
