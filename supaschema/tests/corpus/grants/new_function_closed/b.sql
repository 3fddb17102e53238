-- a function comes that but one role may call
create schema app;
create function app.f(a integer, b text[]) returns integer language sql set search_path = '' as $$ select 1 $$;
revoke execute on function app.f(integer, text[]) from public;
grant execute on function app.f(integer, text[]) to service_role;
