-- a view with a rule changes its columns
create schema app;
create table app.notes (id bigint primary key, a integer, b integer);
create view app.v as select id, a from app.notes;
create rule ignore as on delete to app.v do instead nothing;
