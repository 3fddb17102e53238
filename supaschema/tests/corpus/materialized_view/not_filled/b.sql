-- another query for one that was never filled: it is not filled then
create schema app;
create table app.notes (id integer primary key, org integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');
create materialized view app.listed as select id, lower(title) as title from app.notes with no data;
create unique index listed_id on app.listed (id);
