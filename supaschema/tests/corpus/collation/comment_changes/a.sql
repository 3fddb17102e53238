-- A collation's comment is another one while a column is ordered by it.
create schema app;
create collation app.words (provider = libc, locale = 'C');
comment on collation app.words is 'One.';
create table app.notes (id integer primary key, body text collate app.words);
insert into app.notes values (1, 'a');
