-- an index comes over a function that comes
create schema app;
create table app.notes (id bigint primary key, body text);
insert into app.notes values (1, 'One');
create function app.folded(text) returns text language sql immutable set search_path = ''
  as $$ select pg_catalog.lower($1) $$;
create index notes_folded on app.notes (app.folded(body));
