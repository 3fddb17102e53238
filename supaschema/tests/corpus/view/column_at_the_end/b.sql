-- a view gets a column at the end
create schema app;
create table app.notes (id bigint primary key, a text, b text);
create view app.v as select id, a, b from app.notes;
comment on view app.v is 'v';
comment on column app.v.a is 'the a';
grant select on app.v to anon, authenticated;
grant update (a) on app.v to authenticated;
