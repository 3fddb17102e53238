-- a column comes and goes, with its index, comment and grant; another has another type
create schema app;
create table app.notes (id integer primary key, org integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');
create materialized view app.listed as select id, org, title from app.notes;
create index listed_title on app.listed (lower(title));
create index listed_id on app.listed (id);
comment on column app.listed.title is 'as written';
comment on column app.listed.id is 'the note';
grant select (title) on app.listed to authenticated;
