-- a column has another name, with all that stands on it
create schema app;
create table app.notes (id bigint primary key, heading text not null constraint short check (length(heading) < 9), size int generated always as (length(heading)) stored);
create unique index by_it on app.notes (heading) where heading <> 'title';
create policy read on app.notes for select using (heading <> 'x');
create view app.lengths as select id, length(heading) as size from app.notes;
comment on column app.notes.heading is 'What lists show.';
grant select (heading) on app.notes to authenticated;
insert into app.notes values (1, 'one'), (2, 'two');
