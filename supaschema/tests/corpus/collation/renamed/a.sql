-- A collation has another name and schema, and what is ordered by it follows.
create schema app;
create schema other;
create collation app.words (provider = libc, locale = 'C');
create domain app.a_word as text collate app.words check (value > 'A' collate app.words);
create type app.a_span as range (subtype = text, collation = app.words);
create type app.a_pair as (one text collate app.words);
create table app.notes (id integer primary key, body text collate app.words default ('x' collate app.words));
insert into app.notes values (1, 'a');
create index i on app.notes (body, (lower(body) collate app.words));
create view app.a_view as select id, body collate app.words as body from app.notes;
