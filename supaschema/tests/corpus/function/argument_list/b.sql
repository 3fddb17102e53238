-- a function gets another argument
create schema app;
create function app.f(a integer, b text) returns integer language sql set search_path = '' as $$ select $1 $$;
