-- a function's owner may not call it
create schema app;
create function app.f() returns integer language sql set search_path = '' as $$ select 1 $$;
