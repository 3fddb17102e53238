-- comments of the view, its column and its index
create schema app;
create table app.notes (id integer primary key, org integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');
create materialized view app.listed as select id, title from app.notes;
create index listed_title on app.listed (title);
comment on materialized view app.listed is 'one';
comment on column app.listed.title is 'one';
