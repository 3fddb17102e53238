-- a view gets a column in the middle
create schema app;
create table app.notes (id bigint primary key, a text, b text);
create view app.v as select id, b from app.notes;
comment on view app.v is 'v';
comment on column app.v.b is 'the b';
grant select on app.v to anon;
grant update (b) on app.v to authenticated;
