-- a generated column comes whose expression calls a function that comes
create schema app;
create function app.folded(text) returns text language sql immutable set search_path = ''
  as $$ select pg_catalog.lower($1) $$;
create table app.notes (
  id bigint primary key,
  body text,
  folded text generated always as (app.folded(body)) stored
);
insert into app.notes values (1, 'One');
