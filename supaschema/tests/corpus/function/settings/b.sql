-- what holds during a function's call changes
create schema app;
create function app.f() returns integer language sql set search_path = pg_catalog, "My Schema" set work_mem = '8MB' as $$ select 1 $$;
