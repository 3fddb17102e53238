-- a function takes a view's row, with a default, and gives them; the view gets a column in the middle
create schema app;
create table app.notes (id integer primary key, x integer, y integer);
create view app.v as select id, x, y from app.notes;
create function app.g(a app.v default null::app.v) returns setof app.v language sql stable set search_path = ''
  as $$ select v from app.v v $$;
comment on function app.g(app.v) is 'g';
revoke execute on function app.g(app.v) from public;
grant execute on function app.g(app.v) to authenticated;
grant select on app.v to authenticated;
comment on view app.v is 'v';
comment on column app.v.y is 'y';
