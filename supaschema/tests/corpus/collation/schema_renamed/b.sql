-- The schema of a collation has another name, and what is ordered by it follows.
create schema app;
create schema words;
create collation words.words (provider = libc, locale = 'C');
create type app.a_span as range (subtype = text, collation = words.words);
create table app.notes (id integer primary key, body text collate words.words);
insert into app.notes values (1, 'a');
create index i on app.notes (body, (lower(body) collate words.words));
create view app.a_view as select id, body collate words.words as body from app.notes;
