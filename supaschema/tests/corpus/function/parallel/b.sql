-- whether a function runs in parallel workers changes
create schema app;
create function app.f() returns integer language sql parallel safe set search_path = '' as $$ select 1 $$;
