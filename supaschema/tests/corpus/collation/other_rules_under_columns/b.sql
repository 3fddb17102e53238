-- A collation has other rules while a column is ordered by it.
-- refused: column app.notes.body stands on it, and cannot be dropped and recreated without loss
create schema app;
create collation app.words (provider = libc, locale = 'C.UTF-8');
create table app.notes (id integer primary key, body text collate app.words);
insert into app.notes values (1, 'a');
