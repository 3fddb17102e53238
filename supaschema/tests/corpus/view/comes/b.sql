-- a view comes with comment and grants
create schema app;
create table app.notes (id bigint primary key, a text);
create view app.v as select id, a from app.notes where a <> '';
comment on view app.v is 'v';
comment on column app.v.a is 'the a';
grant select on app.v to anon;
