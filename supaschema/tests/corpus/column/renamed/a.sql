-- a column has another name, with all that stands on it
create schema app;
create table app.notes (id bigint primary key, title text not null constraint short check (length(title) < 9), size int generated always as (length(title)) stored);
create unique index by_it on app.notes (title) where title <> 'title';
create policy read on app.notes for select using (title <> 'x');
create view app.lengths as select id, length(title) as size from app.notes;
comment on column app.notes.title is 'What lists show.';
grant select (title) on app.notes to authenticated;
insert into app.notes values (1, 'one'), (2, 'two');
