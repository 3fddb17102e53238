-- a function's text becomes a body that the server parses
create schema app;
create function app.f(a integer) returns integer language sql set search_path = '' as $$ select a + 1 $$;
