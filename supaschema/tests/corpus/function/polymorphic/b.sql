-- a function of any type comes
create schema app;
create function app.first(items anyarray) returns anyelement language sql immutable set search_path = '' as $$ select items[1] $$;
