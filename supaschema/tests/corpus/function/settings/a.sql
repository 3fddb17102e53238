-- what holds during a function's call changes
create schema app;
create function app.f() returns integer language sql set search_path = '' set statement_timeout = '1s' as $$ select 1 $$;
