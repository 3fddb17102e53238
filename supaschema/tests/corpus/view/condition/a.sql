-- a view's condition changes
create schema app;
create table app.notes (id bigint primary key, a integer);
create view app.v as select id, a from app.notes where a > 1;
comment on column app.v.a is 'the a';
