-- a function's result has another type
create schema app;
create function app.f() returns integer language sql set search_path = '' as $$ select 1 $$;
comment on function app.f() is 'f';
revoke execute on function app.f() from public;
grant execute on function app.f() to authenticated;
