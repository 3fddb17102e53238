-- a function's result has another type
create schema app;
create function app.f() returns text language sql set search_path = '' as $$ select 'one' $$;
comment on function app.f() is 'f';
revoke execute on function app.f() from public;
grant execute on function app.f() to authenticated;
