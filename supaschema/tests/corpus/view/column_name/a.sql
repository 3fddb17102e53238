-- a view's column has another name
create schema app;
create table app.notes (id bigint primary key, a integer);
create view app.v as select id, a as old from app.notes;
