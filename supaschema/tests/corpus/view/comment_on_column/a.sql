-- a comment on a view's column comes
create schema app;
create table app.notes (id bigint primary key, a integer);
create view app.v as select id, a from app.notes;
