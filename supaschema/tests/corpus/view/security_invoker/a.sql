-- a view is read with its reader's rights
create schema app;
create table app.notes (id bigint primary key, a integer);
create view app.v as select id, a from app.notes;
