-- a view's options and query change together
create schema app;
create table app.notes (id bigint primary key, a integer);
create view app.v as select id from app.notes;
