-- a table with a row goes, and the function that its check and an index call; a long index name comes back
-- returns
create schema app;
create function app.code(text) returns text language sql immutable set search_path = '' as $$ select $1 $$;
create table app.notes (
  id bigint generated always as identity primary key,
  code text constraint coded check (app.code(code) <> ''),
  constraint a_name_that_is_too_long_to_be_put_before_that_of_its_table_ unique (code)
);
create index notes_code on app.notes (app.code(code));
insert into app.notes (code) values ('x');
