-- a function that runs with its owner's rights has another owner
-- refused: belongs to service_role, who may put anything in its place
create schema app;
grant all on schema app to service_role;
create function app.f() returns integer language sql security definer set search_path = '' as $$ select 1 $$;
