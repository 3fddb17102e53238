-- a check comes that calls a function that comes; rows pass it
create schema app;
create function app.is_good(text) returns boolean language sql immutable set search_path = ''
  as $$ select $1 <> 'bad' $$;
create table app.notes (id bigint primary key, body text constraint good check (app.is_good(body)));
insert into app.notes values (1, 'good');
