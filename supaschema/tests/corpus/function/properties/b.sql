-- volatility, strictness and whose rights a function has change
create schema app;
create function app.f(a integer) returns integer language sql stable security definer set search_path = '' as $$ select 1 $$;
