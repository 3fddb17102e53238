-- indexes come, go, change and become unique
create schema app;
create table app.notes (id integer primary key, org integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');
create materialized view app.listed as select id, org, title from app.notes;
create unique index listed_id on app.listed (id);
create index listed_org on app.listed (org desc) where title <> '';
create index listed_lower on app.listed (lower(title));
