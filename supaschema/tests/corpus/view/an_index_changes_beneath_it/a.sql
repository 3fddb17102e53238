-- its query changes with a column of the table, and so does an index there: it is not left away while that is built
create schema app;
create table app.notes (id integer primary key, size integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 2, 'b');
create index notes_title on app.notes (abs(size), title);
create view app.listed as select size, title from app.notes;
