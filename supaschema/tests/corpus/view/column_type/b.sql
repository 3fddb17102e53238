-- a view's column has another type
create schema app;
create table app.notes (id bigint primary key, a integer);
create view app.v as select id, a::text as a from app.notes;
comment on view app.v is 'v';
grant select on app.v to anon;
