-- The schema of a collation has another name, and what is ordered by it follows.
create schema app;
create schema texts;
create collation texts.words (provider = libc, locale = 'C');
create type app.a_span as range (subtype = text, collation = texts.words);
create table app.notes (id integer primary key, body text collate texts.words);
insert into app.notes values (1, 'a');
create index i on app.notes (body, (lower(body) collate texts.words));
create view app.a_view as select id, body collate texts.words as body from app.notes;
