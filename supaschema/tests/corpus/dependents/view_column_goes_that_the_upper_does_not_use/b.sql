-- a view loses a column that the view above does not use
create schema app;
create table app.notes (id integer primary key, x integer, y integer);
create view app.v as select id, y from app.notes;
create view app.w as select id, y from app.v;
create view app.top as select id from app.w;
