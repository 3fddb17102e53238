-- since: 17
-- Collations of the server's own come, and one has another locale.
create schema app;
create collation app.words (provider = builtin, locale = 'C.UTF-8');
create collation app.terms (provider = builtin, locale = 'C.UTF8');
create table app.notes (id integer primary key, body text collate app.terms);
insert into app.notes values (1, 'a');
