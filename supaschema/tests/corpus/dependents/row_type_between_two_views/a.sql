-- view, function that gives its rows, view over the function; the lower view changes
create schema app;
create table app.notes (id integer primary key, x integer, y integer);
create view app.v as select id, y from app.notes;
create function app.every() returns setof app.v language sql stable set search_path = '' as $$ select v from app.v v $$;
create view app.over as select id from app.every();
grant select on app.over to authenticated;
comment on view app.over is 'over the function';
