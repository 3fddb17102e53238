-- the names of a function's arguments change that a check and an index call
create schema app;
create function app.folded(x text) returns text language sql immutable set search_path = '' as $$ select pg_catalog.lower($1) $$;
create table app.notes (id integer primary key, code text, constraint filled check (app.folded(code) <> ''));
create index notes_folded on app.notes (app.folded(code));
insert into app.notes values (1, 'One');
