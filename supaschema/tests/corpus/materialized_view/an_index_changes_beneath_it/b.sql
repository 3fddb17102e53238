-- its query changes with a column of the table, and so does an index there: it is not left away while that is built
create schema app;
create table app.notes (id integer primary key, title text);
insert into app.notes values (1, 'a'), (2, 'b');
create index notes_title on app.notes (title);
create materialized view app.listed as select title from app.notes;
