-- what roles may do with a view and its columns changes
create schema app;
create table app.notes (id bigint primary key, a text);
create view app.v as select id, a from app.notes;
grant select, update (a) on app.v to authenticated;
