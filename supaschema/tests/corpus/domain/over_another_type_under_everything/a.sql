-- A domain is over another type while everything but a column's type names it.
create schema app;
create domain app.word as text constraint short check (length(value) < 20);
create type app.state as enum ('new', 'done');
create table app.notes (
  id integer primary key,
  word text default 'a'::app.word constraint known check (word::app.word <> ''),
  state app.state default 'new'
);
alter table app.notes enable row level security;
create policy readers on app.notes for select to authenticated using (word::app.word = 'a');
create index lower_words on app.notes ((lower(word::app.word)));
create function app.stamp() returns trigger language plpgsql as 'begin return new; end';
create trigger stamped before insert on app.notes for each row when (new.word::app.word <> 'b')
  execute function app.stamp();
create view app.words as select word::app.word as word from app.notes;
create function app.first(words app.word[]) returns app.word language sql as 'select words[1]';
create domain app.name as app.word default 'x'::app.word;
create domain app.other as text default 'x'::app.word;
insert into app.notes values (1, 'a', 'new');
