-- A collation has other rules under all that can stand aside for it.
create schema app;
create collation app.words (provider = libc, locale = 'C');
create domain app.a_word as text default ('a' collate app.words) check (value > 'A' collate app.words);
create table app.notes (id integer primary key, body text default ('x' collate app.words), low text generated always as (lower(id::text collate app.words)) stored, constraint "by order" check (body < 'y' collate app.words));
insert into app.notes values (1, 'a');
create index on app.notes (body collate app.words);
create index i on app.notes (id) where body > 'b' collate app.words;
create view app.a_view as select id, body collate app.words as body from app.notes;
comment on view app.a_view is 'Stays.';
create function app.a_function(p text) returns boolean language sql begin atomic select p < 'b' collate app.words; end;
alter table app.notes enable row level security;
create policy p on app.notes for select to anon using (body < 'b' collate app.words);
