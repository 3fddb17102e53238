-- a view's column has another collation
create schema app;
create table app.notes (id integer primary key, a text);
create view app.v as select a from app.notes;
create view app.w as select a from app.v;
grant select on app.v to authenticated;
