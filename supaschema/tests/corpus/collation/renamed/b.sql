-- A collation has another name and schema, and what is ordered by it follows.
create schema app;
create schema other;
create collation other.terms (provider = libc, locale = 'C');
create domain app.a_word as text collate other.terms check (value > 'A' collate other.terms);
create type app.a_span as range (subtype = text, collation = other.terms);
create type app.a_pair as (one text collate other.terms);
create table app.notes (id integer primary key, body text collate other.terms default ('x' collate other.terms));
insert into app.notes values (1, 'a');
create index i on app.notes (body, (lower(body) collate other.terms));
create view app.a_view as select id, body collate other.terms as body from app.notes;
