-- A collation comes with all that can name one: columns, indexes, types, checks, views, functions and keys.
create schema app;
create collation app.words (provider = libc, locale = 'C');
create domain app.a_word as text collate app.words default ('a' collate app.words) check (value > 'A' collate app.words);
create type app.a_pair as (one text collate app.words, two integer);
create type app.a_span as range (subtype = text, collation = app.words);
create table app.notes (id integer primary key, body text collate app.words, known app.a_word, low text generated always as (lower(id::text collate app.words)) stored);
insert into app.notes values (1);
create index a_body on app.notes (body);
create index an_order on app.notes ((low collate app.words) desc);
create view app.a_view as select id, low collate app.words as low from app.notes where low < 'b' collate app.words;
create table app.parts (name text collate app.words primary key) partition by range (name collate app.words);
create table app.parts_a partition of app.parts for values from ('a') to ('b');
create function app.a_function(p text) returns boolean language sql begin atomic select p < 'b' collate app.words; end;
