-- a function is written in another language
create schema app;
create function app.f() returns integer language sql set search_path = '' as $$ select 1 $$;
