-- functions come, of two languages
create schema app;
create function app.one() returns integer language sql immutable set search_path = '' as $$ select 1 $$;
create function app.two(x integer, y text default 'it''s') returns text language plpgsql stable strict security definer
  set search_path = '' as $body$ begin return $a$x$a$ || y; end $body$;
comment on function app.two(integer, text) is 'two';
