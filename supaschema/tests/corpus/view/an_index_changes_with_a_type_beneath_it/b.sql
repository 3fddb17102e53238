-- its column has another type with the column of the table, and an index there changes at once
create schema app;
create table app.notes (id integer primary key, size bigint, title text);
insert into app.notes values (1, 1, 'a'), (2, 2, 'b');
create index notes_title on app.notes (size, title);
create view app.listed as select size, title from app.notes;
