-- a function gets another argument
create schema app;
create function app.f(a integer) returns integer language sql set search_path = '' as $$ select $1 $$;
