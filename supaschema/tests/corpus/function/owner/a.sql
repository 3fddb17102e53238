-- a function that runs with its owner's rights has another owner
create schema app;
grant all on schema app to service_role;
create function app.f() returns integer language sql security definer set search_path = '' as $$ select 1 $$;
