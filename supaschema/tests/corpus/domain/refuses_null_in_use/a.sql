-- A domain of which columns are comes to refuse NULL, and admits it again.
create schema app;
create domain app.word as text;
create table app.notes (id integer primary key, word app.word, other text);
create table app.parts (id integer, word app.word) partition by range (id);
create table app.parts_1 partition of app.parts for values from (0) to (10);
insert into app.notes values (1, 'a');
insert into app.parts values (1, 'a');
create view app.words as select word from app.notes;
create materialized view app.kept as select word from app.notes;
