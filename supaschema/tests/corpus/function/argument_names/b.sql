-- a function's arguments have other names
create schema app;
create function app.f(a integer, c integer) returns integer language sql set search_path = '' as $$ select $1 $$;
