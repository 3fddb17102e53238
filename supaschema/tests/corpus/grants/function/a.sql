-- who may call a function changes
create schema app;
create function app.f() returns integer language sql set search_path = '' as $$ select 1 $$;
revoke execute on function app.f() from public;
grant execute on function app.f() to authenticated;
