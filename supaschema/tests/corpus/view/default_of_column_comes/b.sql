-- a view's column gets a default of its own
create schema app;
create table app.notes (id bigint primary key, a integer);
create view app.v as select id, a from app.notes;
alter view app.v alter column a set default 7;
