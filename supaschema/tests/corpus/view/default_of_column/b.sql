-- a view's column has a default of its own
create schema app;
create table app.notes (id bigint primary key, a integer, b integer);
create view app.v as select id, b, a from app.notes;
alter view app.v alter column a set default 7;
